// What stands beside the map: an organisation with its ties, or the records of one tie as the server words them.
const MOST = 30;

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export function organisationPanel(node, open) {
  const box = element("div");
  const title = element("h3");
  const id = node.data("id_");
  title.append(element("a", node.data("label"), { href: `/organisation/${id}` }));
  const ties = node.data("ties");
  const records = node.data("records");
  box.append(
    title,
    element("p", `${node.data("kind")}. ${counted(ties, "tie")} and ${counted(records, "record")} under these filters.`),
  );
  const edges = node.connectedEdges().sort((a, b) => b.data("strength") - a.data("strength"));
  const drawn = edges.length < ties ? ` ${edges.length} of them are drawn.` : "";
  box.append(element("p", `Ties, the strongest first; each opens its records.${drawn}`, { class: "hint" }));
  const list = element("ul", "", { class: "neighbours" });
  edges.slice(0, MOST).forEach((edge) => {
    const other = edge.connectedNodes().difference(node)[0];
    const last = edge.data("last") === null ? "no date" : edge.data("last");
    const button = element("button", `${other.data("label")}: ${counted(edge.data("records"), "record")}, ${last}`, { type: "button" });
    button.addEventListener("click", () => open(edge));
    const row = element("li");
    row.append(button);
    list.append(row);
  });
  box.append(list);
  if (edges.length > MOST) box.append(element("p", `The ${MOST} strongest of ${edges.length}.`, { class: "hint" }));
  const ways = element("p");
  ways.append(
    element("a", "Who could lead there", { href: `/introductions?to=${encodeURIComponent(id)}` }),
    " · ",
    element("a", "Who would suit it", { href: `/partners?for=${encodeURIComponent(id)}` }),
  );
  box.append(ways);
  return box;
}

// The page of the tie, of which the article is taken.
export async function tiePanel(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const article = document.importNode(page.getElementById("tie"), true);
    const title = article.querySelector("h1");
    title.replaceWith(element("h3", title.textContent));
    const whole = element("p");
    whole.append(element("a", "This tie as a page", { href: address.pathname + address.search }));
    article.append(whole);
    article.removeAttribute("id");
    return article;
  } catch (error) {
    const box = element("div");
    box.append(element("p", `The records could not be loaded: ${error.message}. `));
    box.append(element("a", "Open them as a page", { href: address.pathname + address.search }));
    return box;
  }
}

function counted(number, what) {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
}
