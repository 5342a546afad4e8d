"""Drawings of organisations and of chains: every word can be read, whoever is drawn and however long the names are."""

from __future__ import annotations

from tests.browser.chromium import PHONE
from tests.browser.conftest import Open

ORGANISATIONS = (
    "lumc",
    "novartis",
    "daiichi-sankyo",
    "mustang-bio",
    "tercel",
    "janssen-biotech",
    "abeona",
    "2seventy-bio",
    "252-military-hospital",
    "daping-hospital-and-the-research-institute-of-surgery-of-the-third-military-medical-university",
    "istinye-university-cukurova-university-yildirim-beyazit-university-gaziantep-deva-hospital-gaziantep-public-hospital",
    "laboratorio-sperimentale-di-immunologia-e-trapianti-oncoematologia-pediatrica-fondazione-irccs-policlinico-s-matteo-pavia",
)
"""With many partners, a few and one; with the longest names of all."""
CHAINS = (
    ("lumc", "daiichi-sankyo"),
    ("department-dentistry-and-oral-health-aarhus", "rigshospitalet"),
    ("first-affiliated-hospital-of-wenzhou-medical-university", "innovative-precision-medicine-group-ipm-hangzhou"),
)
"""Two alike, three of which one is a tie of the two themselves, and three of different lengths."""
PAGES = (
    *(f"/organisation/{slug}" for slug in ORGANISATIONS),
    *(f"/introductions?from={one}&to={other}&grade=all&hops=4" for one, other in CHAINS),
)
FAULTS = """svg => {
  const whole = svg.viewBox.baseVal;
  const box = (part, own) => {
    const { x, y, width, height } = part.getBBox();
    const moved = part.transform.baseVal.consolidate()?.matrix ?? { a: 1, e: 0, f: 0 };
    const [left, top] = [x * moved.a + moved.e, y * moved.a + moved.f];
    const [right, bottom] = [left + width * moved.a, top + height * moved.a];
    return { own, name: part.textContent.trim(), left, top, right, bottom };
  };
  const owned = (chosen) => [...svg.querySelectorAll(chosen)].map((part) => box(part, part.closest("a") ?? part));
  const [words, marks] = [owned("text"), owned(".mark")];
  const meet = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
  const found = [];
  for (const one of words) {
    if (one.left < whole.x || one.top < whole.y || one.right > whole.width || one.bottom > whole.height)
      found.push(`cut: ${one.name}`);
    for (const other of [...words, ...marks])
      if (one.own !== other.own && meet(one, other)) found.push(`over each other: ${one.name} / ${other.name}`);
  }
  for (const tie of svg.querySelectorAll(".tie")) {
    for (let at = 0; at <= tie.getTotalLength(); at += 2) {
      const { x, y } = tie.getPointAtLength(at);
      for (const { name, left, right, top, bottom } of words)
        if (x > left && x < right && y > top + 2 && y < bottom - 2) found.push(`a tie through: ${name}`);
    }
  }
  return [words.length, [...new Set(found)]];
}"""


def test_no_word_of_a_drawing_is_cut_or_lies_on_anything_else(open_page: Open) -> None:
    page = open_page("/about", size=PHONE)
    for path in PAGES:
        page.goto(path)
        words, faults = page.locator(".drawing > svg").evaluate(FAULTS)
        assert words > 1, path
        assert faults == [], path
