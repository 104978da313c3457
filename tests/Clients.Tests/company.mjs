// A company's identity provider: oidc-provider with one client (the broker) and whoever signs in. Arguments: port, redirect, keys file, groups file.
import { readFileSync } from 'node:fs';

const [port, redirect, keys, groups] = process.argv.slice(2);
const skew = Number(process.env.CLOCK_SKEW_SECONDS ?? '0') * 1000;
const now = Date.now.bind(Date);
Date.now = () => now() + skew;

const { Provider } = await import('oidc-provider');
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'broker',
    application_type: 'native',
    redirect_uris: [redirect],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  }],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'] },
  conformIdTokenClaims: false,
  cookies: { keys: ['not a secret'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: id, preferred_username: `${id}@company.example`, groups: JSON.parse(readFileSync(groups, 'utf8')) }),
  }),
  issueRefreshToken: async () => true,
  jwks: JSON.parse(readFileSync(keys, 'utf8')),
});
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
