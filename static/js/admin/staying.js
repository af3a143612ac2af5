// Tells two minutes before a sign-in ends unused, lets one stay, and covers the page when it has ended.
// The server counts: this asks it, says that somebody types or clicks, and never signs anyone out by itself.
const WARNING = 120;
const BETWEEN_USES = 60;
const BETWEEN_LOOKS = 15;

const dialog = document.querySelector("[data-staying]");
const warning = dialog.querySelector(".staying-warning");
const over = dialog.querySelector(".staying-over");
const said = dialog.querySelector(".staying-said");
const otherTabs = "BroadcastChannel" in window ? new BroadcastChannel("staying") : null;
const now = () => Date.now() / 1000;

let endsAt = now() + Number(dialog.dataset.left);
let lastTold = now();
let usedSince = false;
let isOver = false;
let isAsking = false;
let lastAsked = 0;

function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

async function ask(method) {
  if (isAsking && method === "GET") return; // what one did is told even while a look is under way
  isAsking = true;
  lastAsked = now();
  try {
    const headers = method === "POST" ? { "X-CSRFToken": token() } : {};
    const answer = await fetch(dialog.dataset.staying, { method, headers, cache: "no-store", redirect: "error" });
    if (answer.status === 200) await hear(await answer.json());
    else if (answer.status === 204) cover(false);
    else if (method === "POST") setTimeout(ask, 0, "GET"); // the token is of an earlier sign-in
  } catch {
    // No connection: the next look asks again.
  } finally {
    isAsking = false;
  }
}

function hear({ person, left, token }) {
  if (String(person) !== dialog.dataset.person) return cover(true);
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  endsAt = now() + left;
  isOver = false;
  document.documentElement.classList.remove("staying-covered");
  if (left > WARNING) dialog.close();
  look();
}

function open() {
  if (!dialog.open) dialog.showModal();
}

function cover(bySomeoneElse) {
  isOver = true;
  document.documentElement.classList.add("staying-covered");
  warning.hidden = true;
  over.hidden = false;
  over.querySelector(".staying-other").hidden = !bySomeoneElse;
  dialog.setAttribute("aria-labelledby", "staying-over-title");
  open();
}

function warn(left) {
  warning.hidden = false;
  over.hidden = true;
  dialog.setAttribute("aria-labelledby", "staying-title");
  const words = left >= 60 ? `${Math.ceil(left / 60)} min` : `${Math.max(left, 0)} s`;
  dialog.querySelector(".staying-left").textContent = words;
  if (left % 30 === 0) said.textContent = words;
  open();
}

function look() {
  if (isOver) return;
  const left = Math.ceil(endsAt - now());
  if (left <= 0) {
    cover(false);
    ask("GET"); // another tab may have been used, or this machine has slept
  } else if (left <= WARNING) {
    if (!dialog.open) ask("GET");
    warn(left);
  } else if (dialog.open) {
    dialog.close();
  }
}

function stay() {
  lastTold = now();
  usedSince = false;
  ask("POST").then(() => otherTabs?.postMessage("used"));
}

function comeBack() {
  if (isOver || now() - lastAsked > BETWEEN_LOOKS) ask("GET");
}

function used() {
  if (isOver || dialog.open) return;
  usedSince = true;
  if (now() - lastTold >= BETWEEN_USES) stay();
}

for (const sign of ["keydown", "pointerdown", "input"]) addEventListener(sign, used, { capture: true, passive: true });
for (const editor of Object.values(window.CKEDITOR?.instances ?? {})) editor.on("change", used);
window.CKEDITOR?.on("instanceCreated", ({ editor }) => editor.on("change", used));
dialog.querySelector("[data-stay]").addEventListener("click", stay);
dialog.addEventListener("cancel", (event) => (isOver ? event.preventDefault() : stay()));
dialog.addEventListener("close", () => isOver && open()); // Escape pressed twice closes whatever was prevented
otherTabs?.addEventListener("message", () => ask("GET"));
addEventListener("focus", comeBack);
addEventListener("pageshow", ({ persisted }) => persisted && ask("GET"));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && comeBack());
setInterval(() => {
  if (usedSince && now() - lastTold >= BETWEEN_USES && !isOver && !dialog.open) stay();
  look();
}, 1000);
