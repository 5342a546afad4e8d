// Suggestions under a search box: the combobox pattern of WAI-ARIA with a list of options. Without this script the
// boxes are plain inputs of forms that work. `data-typeahead` says what choosing does: "go" opens the page, "fill"
// writes the id into the input.

const WAIT = 120; // ms after the last key
const LEAST = 2; // characters

class Typeahead {
  constructor(input, number) {
    this.input = input;
    this.found = [];
    this.active = -1;
    this.asked = "";
    this.list = document.createElement("ul");
    this.list.id = `suggestions-${number}`;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Suggestions");
    this.told = document.createElement("div");
    this.told.className = "unseen";
    this.told.setAttribute("aria-live", "polite");
    input.after(this.list, this.told);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id]]) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the input keeps the focus
    this.list.addEventListener("click", (event) => this.clicked(event));
  }

  later() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (this.input.value.trim().length < LEAST) {
      this.told.textContent = "";
      this.close();
    } else {
      this.timer = setTimeout(() => this.ask(), WAIT);
    }
  }

  async ask() {
    this.request?.abort();
    const asked = new URLSearchParams({ q: this.input.value.trim(), format: "json" });
    for (const type of this.input.dataset.types.split(" ").filter(Boolean)) asked.append("type", type);
    this.request = new AbortController();
    try {
      const answer = await fetch(`/search?${asked}`, { signal: this.request.signal, headers: { Accept: "application/json" } });
      const content = await answer.json();
      if (answer.ok) this.show(content);
      else this.fail(content.errors[0].message);
    } catch (error) {
      if (error.name !== "AbortError") this.fail("Suggestions cannot be had just now. Press Enter to search.");
    }
  }

  fail(message) {
    this.close();
    this.told.textContent = message;
  }

  show({ results, total }) {
    if (document.activeElement !== this.input) return;
    this.found = results;
    this.list.replaceChildren(...results.map((one, place) => this.option(one, place)));
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.open(results.length > 0);
    const more = total > results.length ? ` of ${total}` : "";
    this.told.textContent = results.length ? `${results.length}${more} suggestions. Arrow keys choose.` : "No suggestions.";
  }

  option(one, place) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.place = place;
    const parts = [["label", one.label], ["kind", one.typeLabel]];
    if (one.matched) parts.push(["match", `${one.matched.field}: ${one.matched.text}`]);
    item.append(...parts.map(([name, text]) => {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = text;
      return part;
    }).flatMap((part) => [part, " "]));
    return item;
  }

  open(shown) {
    this.list.hidden = !shown;
    this.input.setAttribute("aria-expanded", String(shown));
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.open(false);
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
  }

  move(step) {
    const options = this.list.children;
    // one place beyond the last option is the input itself
    this.active = (this.active + 1 + step + options.length + 1) % (options.length + 1) - 1;
    for (const option of options) option.setAttribute("aria-selected", "false");
    const chosen = options[this.active];
    if (!chosen) return this.input.removeAttribute("aria-activedescendant");
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", chosen.id);
  }

  key(event) {
    if (event.isComposing) return;
    const shown = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (shown) this.move(event.key === "ArrowDown" ? 1 : -1);
      else if (this.input.value.trim().length >= LEAST) this.ask();
    } else if (event.key === "Enter" && shown && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Escape" && shown) {
      event.preventDefault(); // which would empty the input
      this.close();
      this.told.textContent = "";
    }
  }

  clicked(event) {
    const option = event.target.closest("[role=option]");
    if (option) this.choose(Number(option.dataset.place));
  }

  choose(place) {
    const one = this.found[place];
    this.close();
    if (this.input.dataset.typeahead === "go") {
      location.assign(one.href);
    } else {
      this.input.value = one.id;
      this.told.textContent = `${one.label} chosen.`;
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

document.querySelectorAll("input[data-typeahead]").forEach((input, number) => new Typeahead(input, number));
