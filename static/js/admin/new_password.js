// The code of a mailed link stands behind its "#", which browsers send to nobody. It goes from there into the form, and
// out of the address, which would stay in the browser's history.
const field = document.querySelector(".account-code input");

function take() {
  if (location.hash.length < 2) return;
  field.value = location.hash.slice(1);
  field.closest(".account-code").hidden = true;
  history.replaceState(null, "", location.pathname);
}

addEventListener("hashchange", take);
take();
