// Links that stay in the session, a field that finds among them, and a map that lights up. See ui/contents/overview.py.
const drawn = new WeakMap();
const SHOWN = 8; // results of a search that starts empty

// The same folding as ui/contents/glossary.py's: no case, no accents, no hyphens.
const folded = (said) =>
  said.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[-–—−·]/g, " ").toLowerCase().trim().split(/\s+/).join(" ");

function finder(root, field) {
  const list = root.querySelector("[data-items]");
  const items = [...list.children];
  const status = root.querySelector("[role=status]");
  const startsEmpty = "empty" in list.dataset;
  const find = () => {
    const asked = folded(field.value);
    const words = asked.split(" ").filter(Boolean);
    const fits = (item) => words.every((word) => item.dataset.text.includes(word));
    const rank = (item) => (item.dataset.title.startsWith(asked) ? 0 : item.dataset.title.includes(asked) ? 1 : 2);
    const hits = words.length || !startsEmpty ? items.filter(fits) : [];
    if (startsEmpty) hits.sort((a, b) => rank(a) - rank(b)); // a sort keeps the order of equals
    for (const item of items) item.hidden = true;
    for (const item of startsEmpty ? hits.slice(0, SHOWN) : hits) item.hidden = false;
    if (startsEmpty) list.append(...hits);
    list.hidden = !hits.length;
    status.textContent = !words.length ? "" : hits.length ? status.dataset.found.replace("{{count}}", hits.length) : status.dataset.none;
  };
  field.oninput = find;
  field.onkeydown = (event) => {
    if (event.key === "Enter") list.querySelector(":scope > :not([hidden]) a")?.click();
    if (event.key === "Escape") (field.value = ""), find();
  };
  find();
}

function lighter(root) {
  const map = root.querySelector(".map");
  const parts = [...root.querySelectorAll("[data-ends]")];
  const ends = (part) => part.dataset.ends.split(" ");
  const light = (event) => {
    const over = event.type.endsWith("over") || event.type === "focusin" ? event.target.closest("[data-ends]") : null;
    const chosen = over ? ends(over) : [];
    const shares = (part) => chosen.some((end) => ends(part).includes(end));
    const whole = (part) => ends(part).every((end) => chosen.includes(end)); // an edge chosen by itself
    for (const part of parts) part.classList.toggle("lit", chosen.length === 1 ? shares(part) : chosen.length > 1 && whole(part));
    map.classList.toggle("choosing", chosen.length > 0);
  };
  for (const type of ["pointerover", "pointerleave", "focusin", "focusout"]) root.addEventListener(type, light);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".contents");
  root.lang = document.documentElement.lang = data.lang;
  if (drawn.get(parentElement) === data.html) return;
  drawn.set(parentElement, data.html);
  root.innerHTML = data.html;
  // A plain click stays in this session; with a modifier key the browser opens the address as it would any other.
  root.onclick = (event) => {
    const link = event.target.closest("a[data-page]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    setTriggerValue("go", { page: link.dataset.page, query: JSON.parse(link.dataset.query ?? "{}") });
  };
  const field = root.querySelector("input[type=search]");
  if (field) finder(root, field);
  if (root.querySelector(".map")) lighter(root);
}
