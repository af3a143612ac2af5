// Marks in "On this page" the section being read.
(() => {
  "use strict";
  const links = new Map();
  for (const link of document.querySelectorAll(".contents a")) {
    const section = document.getElementById(link.hash.slice(1));
    if (section) links.set(section, link);
  }
  if (!links.size) return;

  const mark = () => {
    const sections = [...links.keys()];
    const begun = sections.filter((section) => section.getBoundingClientRect().top < innerHeight / 3);
    const current = begun.at(-1) ?? sections[0];
    for (const [section, link] of links) {
      if (section === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };

  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px", threshold: [0, 0.01, 1] });
  for (const section of links.keys()) observer.observe(section);
})();
