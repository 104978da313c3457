// Makes fields.tsv from types.txt and GitHub's GraphQL schema, as the npm package @octokit/graphql-schema carries it.
//   npm install --prefix /tmp/schema @octokit/graphql-schema && node refresh.mjs /tmp/schema/node_modules/@octokit/graphql-schema/index.js
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const { schema } = await import(pathToFileURL(resolve(process.argv[2])).href);
const known = new Map(schema.json.__schema.types.map(type => [type.name, type]));
const here = name => new URL(name, import.meta.url);

const rules = readFileSync(here("types.txt"), "utf8").split("\n").map(line => line.trim()).filter(line => line && !line.startsWith("#")).map(line => {
  const [name, needs, ...fields] = line.split(/\s+/);
  return { name, needs, fields };
});
const mutation = known.get("Mutation");
const inputs = new Map();
const named = type => (type.ofType ? named(type.ofType) : type);
for (const line of readFileSync(here("mutations.txt"), "utf8").split("\n").map(each => each.trim()).filter(each => each && !each.startsWith("#"))) {
  const name = line.split(/\s+/)[0];
  const field = mutation.fields.find(each => each.name === name);
  if (!field) {
    console.error(`there is no mutation ${name}`);
    process.exit(1);
  }

  addInput(named(field.args.find(each => each.name === "input").type).name);

  // What a mutation answers with: whatever of it leads to a type that may be seen.
  rules.push({ name: field.type.name ?? field.type.ofType.name, needs: "-", fields: ["*"] });
}

// What a mutation takes, through all that stands in it.
function addInput(name) {
  const type = known.get(name);
  if (type.kind !== "INPUT_OBJECT" || inputs.has(name)) {
    return;
  }

  inputs.set(name, type.inputFields.map(field => [field.name, named(field.type)]));
  type.inputFields.forEach(field => addInput(named(field.type).name));
}

const allowed = new Set(rules.map(rule => rule.name));
const isPlain = type => type.kind === "SCALAR" || type.kind === "ENUM";
const needsOf = name => rules.find(rule => rule.name === name)?.needs ?? "-";
// To count or page through things is to see that they are there.
const needsOfList = type => {
  const of = type.fields?.find(field => field.name === "nodes") ?? type.fields?.find(field => field.name === "node");
  return of && /(Connection|Edge)$/.test(type.name) ? needsOf(named(of.type).name) : "-";
};
const problems = [];
const lines = [];

for (const { name, needs: own, fields } of rules) {
  const type = known.get(name);
  if (!type) {
    problems.push(`${name} is not in the schema`);
    continue;
  }

  const needs = own === "-" ? needsOfList(type) : own;
  const every = fields.includes("*");
  const without = fields.filter(field => field.startsWith("-")).map(field => field.slice(1));
  const only = fields.filter(field => field !== "*" && !field.startsWith("-"));
  for (const field of [...without, ...only].filter(field => !type.fields?.some(each => each.name === field))) {
    problems.push(`${name}.${field} is not in the schema`);
  }

  lines.push([name, "", type.kind === "OBJECT" ? "object" : type.kind === "UNION" ? "union" : "interface", needs === "-" ? "" : needs, (type.possibleTypes ?? []).map(each => each.name).filter(each => allowed.has(each)).join(" ")].join("\t"));
  for (const field of type.fields ?? []) {
    const result = named(field.type);
    if ((every ? !without.includes(field.name) : only.includes(field.name)) && (isPlain(result) || allowed.has(result.name))) {
      lines.push([name, field.name, isPlain(result) ? "" : result.name, "", field.args.map(each => each.name).join(" ")].join("\t"));
    }
  }
}

for (const [name, members] of inputs) {
  lines.push([name, "", "input", "", ""].join("\t"));
  for (const [member, type] of members) {
    lines.push([name, member, type.kind === "INPUT_OBJECT" ? type.name : "", "", ""].join("\t"));
  }
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}

writeFileSync(here("fields.tsv"), `# Made by refresh.mjs; change types.txt instead.\n${lines.join("\n")}\n`);
console.log(`${rules.length + inputs.size} types, ${lines.length - rules.length - inputs.size} fields`);
