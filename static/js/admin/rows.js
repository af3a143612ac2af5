// Moves rows up and down by keyboard; dragging is adminsortable2's. The hidden order inputs follow both.
"use strict";
{
  const rows = (body) => [...body.querySelectorAll("tr.form-row:not(.empty-form)")];

  const number = (body) => {
    rows(body).forEach((row, index) => {
      row.querySelector("input._reorder_").value = index + 1;
    });
  };

  // A form that comes back unsaved lists its rows as they were sent; their numbers tell where they stand.
  const order = (body) => {
    const place = (row) => Number(row.querySelector("input._reorder_").value || Infinity);
    const first = body.querySelector("tr.empty-form");
    const parts = rows(body).map((row) => {
      const above = row.previousElementSibling;
      return above && above.matches(".row-form-errors") ? [above, row] : [row];
    });
    parts.sort((one, other) => place(one.at(-1)) - place(other.at(-1)));
    for (const part of parts) first ? first.before(...part) : body.append(...part);
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!document.querySelector(".errornote")) return;
    for (const body of document.querySelectorAll(".rows tbody")) order(body);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".row-move");
    if (!button) return;
    const row = button.closest("tr");
    const all = rows(row.parentElement);
    const other = all[all.indexOf(row) + (button.dataset.move === "up" ? -1 : 1)];
    if (!other) return;
    if (button.dataset.move === "up") other.before(row);
    else other.after(row);
    number(row.parentElement);
    button.focus();
  });

  document.addEventListener("formset:added", (event) => {
    const body = event.target.closest(".rows tbody");
    if (body) number(body);
  });
}
