// The map of /network: reads the same question as JSON, draws it, and keeps what is selected in the address.
import { draw, marked, restyle } from "./network_canvas.js";
import { walks } from "./network_keys.js";
import { organisationPanel, tiePanel } from "./network_panel.js";
import { savePng, saveSvg } from "./network_save.js";

const part = (id) => document.getElementById(id);
const explorer = part("explorer");
const still = matchMedia("(prefers-reduced-motion: reduce)");

function say(text) {
  part("announce").textContent = text;
}

function state(...nodes) {
  part("state").replaceChildren(...nodes);
}

async function load() {
  state("Loading the map…");
  try {
    const answer = await fetch(explorer.dataset.src);
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    show(await answer.json());
  } catch (error) {
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = "Try again";
    again.addEventListener("click", load);
    const ways = [["#table", "See it as a table"], [part("as-csv").href, "Take it as CSV"]].map(([href, text]) => {
      const link = document.createElement("a");
      [link.href, link.textContent] = [href, text];
      return link;
    });
    state(`The map could not be loaded: ${error.message}.`, again, ...ways);
  }
}

function show(data) {
  const cy = draw(part("canvas"), data, still.matches);
  state();
  const view = new View(cy, data);
  for (const id of ["save-png", "save-svg"]) part(id).disabled = false;
  performance.mark("network-interactive");
  explorer.dataset.ready = "true";
  view.restore();
}

// What is selected and seen; both survive going back and reloading.
class View {
  constructor(cy, data) {
    this.cy = cy;
    this.data = data;
    this.byId = new Map(data.organisations.map((one, place) => [one.id, cy.getElementById(`n${place}`)]));
    this.asked = 0;
    this.listen();
  }

  listen() {
    const { cy } = this;
    cy.on("tap", "node", (event) => this.focus(event.target));
    cy.on("tap", "edge", (event) => this.open(event.target));
    cy.on("tap", (event) => event.target === cy && this.clear());
    cy.on("mouseover", "node", (event) => marked(cy, event.target));
    cy.on("mouseout", "node", () => marked(cy, null));
    cy.on("viewport", () => this.remember());
    const zoom = (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
    const fit = () => cy.fit(undefined, 20);
    part("zoom-in").addEventListener("click", () => zoom(1.3));
    part("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
    part("fit").addEventListener("click", fit);
    part("clear").addEventListener("click", () => this.clear());
    part("save-svg").addEventListener("click", () => saveSvg(cy, this.data, told()));
    part("save-png").addEventListener("click", () => savePng(cy, this.data, told()));
    walks(part("canvas"), cy, {
      at: (node) => {
        say(described(node));
        this.reach(node);
      },
      nowhere: () => say("No neighbour in this direction."),
      open: (node) => this.focus(node, true),
      clear: () => this.clear(),
      zoom,
      fit,
    });
    addEventListener("popstate", () => this.restore());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => restyle(cy));
  }

  // ---------------------------------------------------------------- selecting

  focus(node, byKey = false) {
    this.select(node, node.closedNeighborhood());
    this.write({ focus: node.data("id_"), with: null });
    this.panel(organisationPanel(node, (edge) => this.open(edge, true)), byKey);
    say(`Selected: ${described(node)}`);
  }

  async open(edge, byKey = false) {
    const [one, other] = [edge.source(), edge.target()];
    this.select(edge, edge.union(edge.connectedNodes()));
    this.write({ focus: one.data("id_"), with: other.data("id_") });
    await this.evidence(one.data("id_"), other.data("id_"), byKey);
    say(`Selected: the tie of ${one.data("label")} and ${other.data("label")}, on ${edge.data("records")} record${edge.data("records") === 1 ? "" : "s"}`);
  }

  async evidence(a, b, byKey) {
    const turn = ++this.asked;
    const address = new URL(explorer.dataset.tie, location.href);
    address.searchParams.set("a", a);
    address.searchParams.set("b", b);
    const found = await tiePanel(address);
    if (turn === this.asked) this.panel(found, byKey);
  }

  clear() {
    if (part("panel").contains(document.activeElement)) part("canvas").focus();
    this.select(null);
    this.write({ focus: null, with: null });
    this.panel(null);
    say("Selection cleared.");
  }

  select(chosen, kept) {
    this.asked += 1;
    this.cy.batch(() => {
      this.cy.elements().removeClass("chosen dim");
      if (chosen) {
        this.cy.elements().difference(kept).addClass("dim");
        chosen.union(chosen.edges().connectedNodes()).addClass("chosen");
      }
    });
    marked(this.cy, null);
    part("clear").disabled = !chosen;
  }

  panel(content, byKey = false) {
    const panel = part("panel");
    const opened = Boolean(content);
    panel.hidden = !opened;
    part("canvas").parentElement.classList.toggle("open", opened);
    panel.replaceChildren();
    if (content) {
      const close = document.createElement("button");
      close.type = "button";
      close.className = "close";
      close.textContent = "×";
      close.setAttribute("aria-label", "Close and clear the selection");
      close.addEventListener("click", () => this.clear());
      panel.append(close, content);
      if (byKey) panel.focus();
    }
    this.cy.resize();
  }

  reach(node) {
    const at = node.renderedPosition();
    const margin = 40;
    const inside = at.x > margin && at.y > margin && at.x < this.cy.width() - margin && at.y < this.cy.height() - margin;
    if (inside) return;
    if (still.matches) this.cy.center(node);
    else this.cy.animate({ center: { eles: node }, duration: 200 });
  }

  // ---------------------------------------------------------------- the address

  write(changes) {
    const address = changed(changes);
    if (address.href !== location.href) history.pushState(this.seen(), "", address);
  }

  remember() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => history.replaceState(this.seen(), ""), 150);
  }

  seen() {
    return { pan: this.cy.pan(), zoom: this.cy.zoom(), width: this.cy.width() };
  }

  restore() {
    const parameters = new URLSearchParams(location.search);
    const [focus, other] = ["focus", "with"].map((name) => parameters.get(name)?.replace(/^organisation\//, ""));
    const [node, second] = [focus, other].map((id) => this.byId.get(id));
    const seen = history.state;
    const look = () => {
      if (seen?.pan && seen.width === this.cy.width()) this.cy.viewport({ pan: seen.pan, zoom: seen.zoom });
      else this.cy.fit(undefined, 20);
    };
    if (focus && other) {
      const edge = node && second ? node.edgesWith(second) : this.cy.collection();
      if (edge.nonempty()) this.select(edge[0], edge.union(edge.connectedNodes()));
      this.evidence(focus, other, false).then(look);
    } else if (node) {
      this.select(node, node.closedNeighborhood());
      this.panel(organisationPanel(node, (edge) => this.open(edge, true)));
      look();
    } else {
      this.select(null);
      this.panel(null);
      look();
      if (focus) say("What the link selects is not drawn under these filters; the table below has it.");
    }
  }
}

function described(node) {
  const ties = node.degree(false);
  return `${node.data("label")}, ${node.data("kind")}, ${ties} tie${ties === 1 ? "" : "s"} drawn`;
}

function changed(changes) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  return address;
}

function told() {
  return {
    filters: part("asked").textContent.replace(/\s+/g, " ").trim(),
    notes: [...document.querySelectorAll(".left-out")].map((note) => note.textContent.trim()),
    release: explorer.dataset.release,
    address: location.href,
  };
}

async function copyLink() {
  const address = changed({ release: explorer.dataset.release });
  address.hash = "";
  try {
    await navigator.clipboard.writeText(address.href);
    say("The link is copied, with the release.");
    part("copy-link").textContent = "Link copied";
  } catch {
    history.replaceState(history.state, "", address);
    say("The link with the release stands in the address bar now; copy it there.");
    part("copy-link").textContent = "Link is in the address bar";
  }
}

if (explorer) {
  explorer.hidden = false;
  part("copy-link").addEventListener("click", copyLink);
  load();
}
