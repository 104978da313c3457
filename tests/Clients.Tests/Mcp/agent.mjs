// What an agent does over MCP with the protocol's own SDK: node agent.mjs ENDPOINT TOKEN. Prints what it saw as JSON.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [endpoint, token] = process.argv.slice(2);
const repository = { owner: 'acme', repo: 'payments-api' };
const said = { progress: 0 };

const client = new Client({ name: 'agent', version: '1' });
await client.connect(new StreamableHTTPClientTransport(new URL(endpoint), { requestInit: { headers: { Authorization: `Bearer ${token}` } } }));

// The client checks every answer against the tool's output schema once it has listed them.
await client.listTools();
const branches = await client.callTool({ name: 'list_branches', arguments: repository });
said.branches = branches.structuredContent.branches.map((branch) => branch.name);

const write = { ...repository, path: 'agent.txt', content: 'by an agent\n', message: 'By an agent', branch: 'main' };
const waits = await client.callTool({ name: 'create_or_update_file', arguments: write });
said.waits = waits.structuredContent.approval.status;
const waited = await client.callTool({ name: 'approval_wait', arguments: { id: waits.structuredContent.approval.id, seconds: 1 } }, undefined, { onprogress: () => said.progress++ });
said.waited = waited.structuredContent.approval.status;

const wrong = await client.callTool({ name: 'list_branches', arguments: { ...repository, repo: '../x' } });
said.wrong = wrong.isError === true;

await client.close();
said.unauthorized = String((await fetch(endpoint, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).status);
console.log(JSON.stringify(said));
