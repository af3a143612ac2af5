"""What the gate says of pages, and what becomes of it: kept with an edition, or Held."""

from dataclasses import dataclass, field

STOP, WARNING, NOTE = "stop", "warning", "note"


@dataclass(frozen=True)
class Finding:
    """`rule` names the kind of finding and `place` the field or list of rows, which editors know as `label`."""

    rule: str
    level: str
    place: str
    label: str
    text: str

    @property
    def stops(self):
        return self.level == STOP


@dataclass(frozen=True)
class Passage:
    """With which findings pages go to their readers, by the pages' keys, and for what reason (`despite`)."""

    findings: dict = field(default_factory=dict)
    despite: str = ""

    @property
    def has_warnings(self):
        return any(finding.level == WARNING for some in self.findings.values() for finding in some)

    def without(self, page, rule):
        """This passage as if `rule` had found nothing in `page`."""
        kept = [finding for finding in self.findings[page.pk] if finding.rule != rule]
        return Passage({**self.findings, page.pk: kept}, self.despite)

    def of(self, page):
        """What the edition of `page` keeps of it."""
        kept = [
            {"rule": finding.rule, "place": finding.label, "text": finding.text}
            for finding in self.findings.get(page.pk, ())
            if finding.level == WARNING
        ]
        return {"findings": kept, "despite": self.despite if kept else ""}


class Held(Exception):
    """Pages that may not be published as they are: `findings` holds what stops them, by page."""

    def __init__(self, findings):
        lines = [f"{page}: {_said(finding)}" for page, stops in findings.items() for finding in stops]
        super().__init__(" ".join(lines))
        self.findings = findings


def _said(finding):
    return f"{finding.label}: {finding.text}" if finding.label else finding.text
