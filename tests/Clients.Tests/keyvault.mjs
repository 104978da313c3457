// What a program with @azure/keyvault-secrets does: node keyvault.mjs VAULT-URL TOKEN. Prints one JSON object.
import { SecretClient } from "@azure/keyvault-secrets";

const [url, token] = process.argv.slice(2);
const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 30 * 60 * 1000 }) };
const client = new SecretClient(url, credential, { disableChallengeResourceVerification: true, retryOptions: { maxRetries: 0 } });
const refused = async call => call.then(() => ({ status: 200 }), error => ({ status: error.statusCode, code: error.code, message: error.message }));

const masked = await client.getSecret("db-password");
const open = await client.getSecret("feature-new-checkout");
for (let i = 0; i < 7; i++) {
  await client.setSecret(`mine-js-${i}`, `a value for page ${i}`);
}

let listed = 0;
for await (const secret of client.listPropertiesOfSecrets()) {
  listed += secret.name.startsWith("mine-js-") ? 1 : 0;
}

await client.setSecret("mine-own", "set from JavaScript", { contentType: "text/plain", tags: { team: "payments" } });
const value = (await client.getSecret("mine-own")).value;
let versions = 0;
for await (const _ of client.listPropertiesOfSecretVersions("mine-own")) {
  versions++;
}

const deletion = await client.beginDeleteSecret("mine-own", { intervalInMs: 50 });
await deletion.pollUntilDone();
const deleted = (await client.getDeletedSecret("mine-own")).recoveryId !== undefined;

console.log(JSON.stringify({
  masked: masked.value,
  length: masked.properties.tags["broker-length"],
  open: open.value,
  listed,
  value,
  versions,
  deleted,
  waits: await refused(client.setSecret("wait-1", "a new value for it")),
  denied: await refused(client.getSecret("signing-root")),
}));
