// The code of a mailed link stands behind its "#", which browsers send to nobody. It goes from there into the form, and
// out of the address, which stays in the browser's history.
const place = document.querySelector(".code-from-mail");

function take() {
  const [, code] = location.hash.match(/^#([a-z][0-9a-z]*-[0-9a-z]+-[0-9a-f]+)$/) ?? [];
  if (!code) return;
  place.querySelector("input").value = code;
  place.hidden = true;
  history.replaceState(null, "", location.pathname);
}

addEventListener("hashchange", take);
take();
