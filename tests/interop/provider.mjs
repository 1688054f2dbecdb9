// panva's oidc-provider, an OpenID provider that this project did not write, on a free port of
// 127.0.0.1. When it listens it prints one line of JSON: its issuer, its clients and their secrets.
//
// It is as strict as it comes. What is set here is what a provider has to be told anyway: who its
// clients and users are, and to replace a refresh token at every use.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

// Imported from where ./install put it, which is not beside this file.
const installed = createRequire(pathToFileURL(`${process.env.INTEROP_HOME}/node/`));
const { Provider } = await import(pathToFileURL(installed.resolve('oidc-provider')));

// It explains its defaults on standard output, which has one line here.
console.info = console.warn;

const REDIRECT_URI = 'http://127.0.0.1:8000/complete/oidc/';
const POST_LOGOUT_REDIRECT_URI = 'http://127.0.0.1:8000/signed-out/';

/** A new signing key as JWK, and the private half as PEM. */
function key(kind, options, alg) {
  const { privateKey, publicKey } = generateKeyPairSync(kind, options);
  const kid = `${alg.toLowerCase()}-${randomBytes(4).toString('hex')}`;
  const named = (half) => ({ ...half.export({ format: 'jwk' }), kid, alg, use: 'sig' });
  return {
    kid,
    private: named(privateKey),
    public: named(publicKey),
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}

const rsa = (alg) => key('rsa', { modulusLength: 2048 }, alg);
const signing = [
  rsa('RS256'), rsa('PS256'),
  key('ec', { namedCurve: 'P-256' }, 'ES256'), key('ed25519', {}, 'EdDSA'),
];
const [registered, unregistered] = [rsa('RS256'), rsa('RS256')];

const usual = {
  application_type: 'web',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: [REDIRECT_URI],
  post_logout_redirect_uris: [POST_LOGOUT_REDIRECT_URI],
};

/** Secrets hold what must be encoded in a Basic header (RFC 6749 section 2.3.1) and in a form. */
function withSecret(id, token_endpoint_auth_method, more = {}) {
  const client_secret = `${randomBytes(16).toString('hex')}:+%/&= ~"`;
  return { ...usual, client_id: id, client_secret, token_endpoint_auth_method, ...more };
}

const clients = [
  withSecret('basic', 'client_secret_basic', {
    backchannel_logout_uri: process.env.BACKCHANNEL_LOGOUT_URI,
    backchannel_logout_session_required: true,
  }),
  withSecret('post', 'client_secret_post'),
  ...['PS256', 'ES256', 'EdDSA'].map((alg) => withSecret(
    alg.toLowerCase(), 'client_secret_basic', { id_token_signed_response_alg: alg },
  )),
  {
    ...usual,
    client_id: 'key',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'RS256',
    jwks: { keys: [registered.public] },
  },
];

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients,
  jwks: { keys: signing.map((one) => one.private) },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  claims: {
    openid: ['sub'],
    profile: ['name', 'preferred_username'],
    email: ['email', 'email_verified'],
  },
  features: {
    devInteractions: { enabled: true }, // a page that asks for a login, and one for consent
    rpInitiatedLogout: { enabled: true },
    backchannelLogout: { enabled: true },
  },
  // It refuses to post notices to addresses of this machine; here nothing else is asked.
  fetch(url, { dispatcher, ...options }) {
    if (new URL(url).hostname !== '127.0.0.1') throw new Error('only 127.0.0.1 may be asked');
    return fetch(url, options);
  },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: `${id} of Interop`,
      preferred_username: id,
      email: `${id}@interop.example`,
      email_verified: true,
    }),
  }),
});
server.on('request', provider.callback());

console.log(JSON.stringify({
  issuer,
  redirect_uri: REDIRECT_URI,
  post_logout_redirect_uri: POST_LOGOUT_REDIRECT_URI,
  secrets: Object.fromEntries(clients.map((client) => [client.client_id, client.client_secret])),
  registered_key: { pem: registered.pem, kid: registered.kid },
  unregistered_key: { pem: unregistered.pem, kid: registered.kid },
}));
