// Holds pages against the rules of axe-core, without a browser: jsdom has no layout, so contrast is for others to judge.
// Prints a JSON object: for each page the rules that it breaks, and how many rules had something to check.
const fs = require("node:fs");
const path = require("node:path");
const modules = process.env.NODE_MODULES;
const axe = require(path.join(modules, "axe-core"));
const { JSDOM } = require(path.join(modules, "jsdom"));

async function main() {
  const found = {};
  for (const page of process.argv.slice(2)) {
    const dom = new JSDOM(fs.readFileSync(page, "utf8"), { runScripts: "outside-only", pretendToBeVisual: true });
    dom.window.eval(axe.source);
    const options = { rules: { "color-contrast": { enabled: false } } };
    const results = await dom.window.axe.run(dom.window.document, options);
    found[page] = {
      passes: results.passes.length,
      violations: results.violations.map((rule) => ({ id: rule.id, help: rule.help, nodes: rule.nodes.map((node) => node.html).slice(0, 3) })),
    };
    dom.window.close();
  }
  console.log(JSON.stringify(found));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
