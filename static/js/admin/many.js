// Goes on publishing the pages that were chosen, so that nobody has to press the button after each step.
document.querySelector("form.many").requestSubmit();
