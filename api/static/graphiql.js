// Starts GraphiQL on this page, with the query in the address if there is one, and keeps the address up to date.
//
// Content-Security-Policy: works under
//   default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self' data:
// (its fonts are data: URLs in its stylesheet). While a dialog is open, GraphiQL adds a <style> that stops the page
// behind from scrolling. This page does not scroll, so a policy that refuses it costs a line in the console and nothing
// else; to be rid of the line, add its hash to this page's style-src:
//   'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='
"use strict";

try {
  const defaultQuery = bar.first;
  const address = new URLSearchParams(location.search);
  const remember = (name) => (value) => {
    if (value && !(name === "query" && value === defaultQuery)) address.set(name, value);
    else address.delete(name);
    const search = address.toString();
    history.replaceState(null, "", search ? `?${search}` : location.pathname);
  };

  bar.start(() => address.get("operationName"));
  ReactDOM.createRoot(document.getElementById("graphiql")).render(
    React.createElement(GraphiQL, {
      fetcher: GraphiQL.createFetcher({ url: "/graphql" }),
      defaultQuery,
      query: address.get("query") ?? undefined,
      variables: address.get("variables") ?? undefined,
      operationName: address.get("operationName") ?? undefined,
      onEditQuery: remember("query"),
      onEditVariables: remember("variables"),
      onEditOperationName: remember("operationName"),
      shouldPersistHeaders: false,
    }),
  );
} catch (error) {
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.setAttribute("role", "alert");
  notice.textContent = `The query editor could not start: ${error.message}. Reload the page to try again.`;
  document.getElementById("graphiql").replaceChildren(notice);
}
