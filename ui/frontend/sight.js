// Tells which of the watched places have come into sight, or nearly. See ui/live/sight.py.
const MARGIN = "250px"; // a place counts as in sight this far before it is
const PATIENCE = 60; // milliseconds that places wait for others, to be told together

export default function ({ data, setStateValue, parentElement }) {
  const seen = new Set(data.seen);
  let telling = 0;

  function tell() {
    telling = 0;
    setStateValue("seen", [...seen]);
  }

  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting || seen.has(entry.target.dataset.place)) continue;
        seen.add(entry.target.dataset.place);
        observer.unobserve(entry.target);
        telling ||= setTimeout(tell, PATIENCE);
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

  return () => {
    clearInterval(looking);
    clearTimeout(telling);
    observer.disconnect();
  };
}
