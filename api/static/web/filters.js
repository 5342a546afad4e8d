// Beside a list there is room for its filters; above it they stay folded until they are asked for.
const wide = matchMedia("(min-width: 64rem)");
const fold = () => { document.getElementById("filters").open = wide.matches; };
if (document.getElementById("filters")) {
  wide.addEventListener("change", fold);
  fold();
}
