// Tells which of the watched places have come into sight, or nearly. See ui/live/sight.py.
const MARGIN = "250px"; // a place counts as in sight this far before it is
const HUSH = 1500; // milliseconds after a click in which nothing is told
const PATIENCE = 60; // milliseconds that places wait for others, to be told together

export default function ({ data, setStateValue, parentElement }) {
  const seen = new Set(data.seen);
  let telling = 0;
  let quiet = 0; // until when nothing is told

  function tell() {
    telling = 0;
    setStateValue("seen", [...seen]);
  }

  function soon() {
    clearTimeout(telling);
    telling = setTimeout(tell, Math.max(PATIENCE, quiet - performance.now()));
  }

  // A click may lead to another page. What is told after it would call back the page that is being left.
  function hush() {
    quiet = performance.now() + HUSH;
    if (telling) soon();
  }

  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting || seen.has(entry.target.dataset.place)) continue;
        seen.add(entry.target.dataset.place);
        observer.unobserve(entry.target);
        if (!telling) soon();
      }
    },
    { rootMargin: MARGIN },
  );

  let tries = 0;
  const looking = setInterval(() => {
    const places = document.querySelectorAll("[data-place]");
    for (const place of places) if (!seen.has(place.dataset.place)) observer.observe(place);
    if (++tries > 50 || places.length + seen.size >= data.of) clearInterval(looking);
  }, 100);

  document.addEventListener("click", hush, true);
  document.addEventListener("keydown", hush, true);

  return () => {
    document.removeEventListener("click", hush, true);
    document.removeEventListener("keydown", hush, true);
    clearInterval(looking);
    clearTimeout(telling);
    observer.disconnect();
  };
}
