// An OpenID provider, run where npm has put oidc-provider. PORT; its tokens are JWTs that hold for TTL seconds.
import {createServer} from 'node:http'
import Provider from 'oidc-provider'

const {PORT, TTL = '600'} = process.env
const ttl = Number(TTL)
const issuer = `http://127.0.0.1:${PORT}`
const provider = new Provider(issuer, {
  clients: [{client_id: 'svc', client_secret: 'svc-secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: []}],
  clientAuthMethods: ['client_secret_post', 'client_secret_basic'],
  clientDefaults: {token_endpoint_auth_method: 'client_secret_post'},
  scopes: ['catalog'],
  ttl: {ClientCredentials: ttl},
  features: {
    devInteractions: {enabled: false},
    clientCredentials: {enabled: true},
    // What a token is for makes it a JWT, signed by a key of /jwks.
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:lake',
      getResourceServerInfo: () => ({scope: 'catalog', audience: 'lake', accessTokenFormat: 'jwt', accessTokenTTL: ttl}),
    },
  },
})
createServer(provider.callback()).listen(Number(PORT), '127.0.0.1')
