// The bar above GraphiQL: opens an example, and copies the query as a command or a program. Also what GraphiQL's editors
// lack for those who use no mouse: names, and a Tab key that leads out of them.
"use strict";

const bar = (() => {
  const find = (selector) => document.querySelector(selector);
  const examples = find("#examples");
  const example = find("#example");
  const code = find("#code");
  const editors = {
    query: ".graphiql-query-editor .CodeMirror",
    variables: ".graphiql-editor-tool .graphiql-editor:nth-child(1) .CodeMirror",
    headers: ".graphiql-editor-tool .graphiql-editor:nth-child(2) .CodeMirror",
    answer: ".result-window.CodeMirror, .result-window .CodeMirror",
  };
  const names = { query: "Query", variables: "Variables", headers: "Headers", answer: "Answer" };
  const editor = (name) => find(editors[name])?.CodeMirror;
  const text = (name) => editor(name)?.getValue() ?? "";
  const say = (words) => {
    find("#said").textContent = words;
  };

  // GraphiQL makes its editors when they are needed, each once.
  const equip = () => {
    for (const [name, selector] of Object.entries(editors)) {
      const made = find(selector);
      const input = made?.querySelector("textarea");
      if (!input || input.ariaLabel) continue;
      input.ariaLabel = names[name];
      made.CodeMirror.addKeyMap({ Tab: false, "Shift-Tab": false });
      made.querySelector(".CodeMirror-scroll").tabIndex = 0; // to scroll by keyboard
    }
  };

  const open = (query) => {
    const known = [...example.options].map((option) => option.value);
    const current = text("query");
    if (current.trim() && !known.includes(current)) find(".graphiql-tab-add")?.click();
    // a new tab is filled by React first
    setTimeout(() => {
      editor("query").setValue(query);
      editor("query").focus();
      say(`Opened: ${example.selectedOptions[0].label}`);
    });
  };

  const written = async (way, operationName) => {
    const asked = new URLSearchParams({ query: text("query") });
    if (text("variables").trim()) asked.set("variables", text("variables"));
    if (operationName) asked.set("operationName", operationName);
    const answer = await fetch(`/docs/code/${way}?${asked}`, { headers: { Accept: "text/plain, application/json" } });
    if (answer.ok) return answer.text();
    throw new Error((await answer.json()).errors[0].message);
  };

  const copy = async (button, operationName) => {
    try {
      const lines = await written(button.value, operationName);
      try {
        await navigator.clipboard.writeText(lines);
        say(`${button.textContent.replace("Copy", "Copied")}.`);
      } catch {
        show(lines);
      }
    } catch (error) {
      say(`Nothing was copied: ${error.message}`);
    }
  };

  // Where a page may not write to the clipboard: without https, or if the reader said no.
  const show = (lines) => {
    const place = code.querySelector("textarea");
    place.value = lines;
    code.showModal();
    place.focus();
    place.select();
  };

  return {
    first: example.options[1].value, // after the one that is none
    start(operationName) {
      examples.hidden = find("#ways").hidden = false;
      examples.addEventListener("submit", (event) => {
        event.preventDefault();
        open(example.value);
      });
      find("#ways").addEventListener("click", (event) => {
        if (event.target.value) copy(event.target, operationName());
      });
      new MutationObserver(equip).observe(find("#graphiql"), { childList: true, subtree: true });
    },
  };
})();
