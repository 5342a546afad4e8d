// Prints the graph in the GEXF file at the path given, as graphology reads it, as JSON.
import { readFileSync } from "node:fs";
import { DOMParser, Document } from "@xmldom/xmldom";
import graphology from "graphology";

Object.assign(globalThis, { DOMParser, Document }); // what the reader takes from a browser
const { parse } = (await import("graphology-gexf/browser/index.js")).default;

const graph = parse(graphology.Graph, readFileSync(process.argv[2], "utf8"));
process.stdout.write(JSON.stringify(graph.export()));
