// What tests ask of a page as it stands: each function returns a line for every fault it finds.

const told = (e) => `${e.tagName}.${e.getAttribute("class") ?? ""} ${e.textContent.trim().slice(0, 40)}`;
const isSeen = (e) => e.checkVisibility({ visibilityProperty: true });
const isWithin = (e, is) => Boolean(e) && (is(getComputedStyle(e)) || isWithin(e.parentElement, is));
const isClipped = (style) => style.clipPath !== "none";
const isScrolled = (style) => /auto|scroll/.test(style.overflowX);

// What can be reached by the Tab key, in the order of the page.
const reachable = () =>
  [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(
    (e) => e.tabIndex >= 0 && !e.disabled && e.type !== "hidden" && isSeen(e)
      // Of radio buttons that belong together the Tab key stops at the chosen or the first one.
      && (e.type !== "radio" || e === (document.querySelector(`[name="${e.name}"]:checked`) ?? document.querySelector(`[name="${e.name}"]`))),
  );

const showsFocus = (e) => {
  const halo = e.querySelector(".spine-halo"); // a region of the map shows its focus by the halo around it
  const style = getComputedStyle(e);
  if (halo) return !/^(none|transparent|rgba\(.*, 0\))$/.test(getComputedStyle(halo).stroke);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
};

// What stands beside the window, or is cut off by a box of its own; but for what is hidden on purpose.
const beside = () => {
  const { scrollWidth } = document.documentElement;
  const faults = scrollWidth > innerWidth ? [`scrolls by ${scrollWidth - innerWidth}`] : [];
  for (const e of document.body.querySelectorAll("*")) {
    const { width, left, right } = e.getBoundingClientRect();
    if (!width || !isSeen(e) || isWithin(e, isClipped) || isWithin(e.parentElement, isScrolled)) continue;
    if (left < -1 || right > innerWidth + 1) faults.push(`beside: ${told(e)} ${left} to ${right}`);
    const cuts = e.tagName !== "INPUT" && /hidden|clip/.test(getComputedStyle(e).overflowX);
    if (cuts && e.scrollWidth > e.clientWidth + 1) faults.push(`cut off: ${told(e)}`);
  }
  return faults;
};

const borderless = () =>
  [...document.querySelectorAll(".button, .card, .glance, .search-words, textarea, .signs, .notice, .test, .menu summary")]
    .filter(isSeen)
    .filter((e) => {
      const style = getComputedStyle(e);
      const is = style.borderBottomStyle !== "none" && parseFloat(style.borderBottomWidth) >= 1;
      return !is || style.borderBottomColor === style.backgroundColor;
    })
    .map((e) => `no border: ${told(e)}`);

const focusless = () =>
  reachable()
    .filter((e) => {
      e.focus({ focusVisible: true });
      return document.activeElement === e && !showsFocus(e);
    })
    .map((e) => `no focus: ${told(e)}`);

const moving = () => {
  const longest = (times) => Math.max(...times.split(",").map(parseFloat));
  return [...document.querySelectorAll("*")].flatMap((e) =>
    [null, "::before", "::after"].flatMap((part) => {
      const style = getComputedStyle(e, part);
      const moves = longest(style.transitionDuration) > 0.01 || longest(style.animationDuration) > 0.01;
      return moves || style.scrollBehavior === "smooth" ? [`moves: ${told(e)} ${part ?? ""}`] : [];
    }),
  );
};

// What paper has no use for, and addresses that it should or should not show.
const unprintable = () => {
  const controls = "button:not(.explained), input, select, textarea, form, summary, .button, nav";
  const faults = [...document.querySelectorAll(controls)].filter(isSeen).map((e) => `a control: ${told(e)}`);
  for (const e of [...document.querySelectorAll("main a[href]")].filter(isSeen)) {
    const after = getComputedStyle(e, "::after").content;
    const isElsewhere = /^http/.test(e.getAttribute("href")) && e.host !== location.host;
    if (isElsewhere !== after.includes(e.getAttribute("href"))) faults.push(`an address: ${told(e)} ${after}`);
    if (/[→↗]/.test(after)) faults.push(`an arrow: ${told(e)}`);
  }
  return faults;
};

// What has the focus: whether it shows, stands in the window and is covered by nothing else.
const focused = () => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  // Its middle must show it. A region of the map is bent around its own, so there one of its parts must.
  const parts = e.ownerSVGElement ? [...e.querySelectorAll("*")] : [e];
  const isOnTop = parts.some((part) => {
    const [box] = part.getClientRects();
    const at = box && document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return at && (e.contains(at) || e.labels?.[0]?.contains(at));
  });
  return { number: reachable().indexOf(e), told: told(e), shows: showsFocus(e), isOnTop };
};
