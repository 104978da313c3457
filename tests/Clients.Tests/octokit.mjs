// What a program with @octokit/rest does: node octokit.mjs BASE-URL TOKEN. Prints one JSON object.
import { Octokit } from "@octokit/rest";

const octokit = new Octokit({ baseUrl: process.argv[2], auth: process.argv[3], log: { debug() {}, info() {}, warn() {}, error() {} } });
const at = { owner: "acme", repo: "payments-api" };
const refused = async call => call.then(() => ({ status: 200 }), error => ({ status: error.status, message: error.message }));

const pages = await octokit.paginate(octokit.rest.issues.listForRepo, { ...at, state: "all", per_page: 1 });
const { data: readme } = await octokit.rest.repos.getContent({ ...at, path: "README.md" });
const { data: raw } = await octokit.rest.repos.getContent({ ...at, path: "README.md", mediaType: { format: "raw" } });
const main = await octokit.rest.git.getRef({ ...at, ref: "heads/main" });
await octokit.rest.git.createRef({ ...at, ref: "refs/heads/cursor/js", sha: main.data.object.sha });
await octokit.rest.repos.createOrUpdateFileContents({ ...at, path: "js.txt", message: "By Octokit", content: Buffer.from("js").toString("base64"), branch: "cursor/js" });
const pull = await octokit.rest.pulls.create({ ...at, title: "By Octokit", head: "cursor/js", base: "main" });
const merge = await refused(octokit.rest.pulls.merge({ ...at, pull_number: pull.data.number }));
const gone = await refused(octokit.rest.repos.get({ owner: "acme", repo: "internal-tools" }));
const viewer = await octokit.graphql("query { viewer { login } }");
const again = await refused(octokit.request("GET /repos/{owner}/{repo}/branches", { ...at, headers: { "if-none-match": (await octokit.request("GET /repos/{owner}/{repo}", at)).headers.etag } }));

console.log(JSON.stringify({
  issues: pages.length,
  readme: Buffer.from(readme.content, "base64").toString() === raw,
  pull: pull.data.number > 0,
  merge,
  gone,
  viewer: viewer.viewer.login,
  again: again.status,
  limit: pull.headers["x-ratelimit-remaining"] !== undefined,
}));
