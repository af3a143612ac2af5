// Sends a form once: of a double click, or of Enter pressed twice, the first counts until its answer is there.
// Buttons stay as they are, so that the name of the pressed one is sent.
const PATIENCE = 20_000; // then whoever stopped the page from loading may try again
const sentAt = new WeakMap();

function once(event) {
  const form = event.target;
  const says = (name) => form.getAttribute(name); // form.target may be a field of that name
  const target = event.submitter?.formTarget || says("target") || "_self";
  const leavesThePage = says("method") === "post" && target === "_self" && says("data-downloads") === null;
  if (event.defaultPrevented || !leavesThePage) return;
  if (performance.now() - (sentAt.get(form) ?? -PATIENCE) < PATIENCE) event.preventDefault();
  else sentAt.set(form, performance.now());
}

// On the window, after all that may keep a form from being sent.
addEventListener("submit", once);
addEventListener("pageshow", () => {
  for (const form of document.forms) sentAt.delete(form);
});
