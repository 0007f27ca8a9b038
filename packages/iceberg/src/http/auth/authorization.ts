/** A request as it is about to be sent. */
export interface Outgoing {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** How requests show who sends them. Nothing of it may come into a message or a log. */
export interface Authorization {
  /** The headers of the request, with those that authorize it. */
  authorize(request: Outgoing): Promise<Readonly<Record<string, string>>>
  /** Gets other credentials, because the server refused the last ones; false when there are none. */
  renew(): Promise<boolean>
}

/** Nobody in particular. */
export const anonymous: Authorization = {authorize: async ({headers}) => headers, renew: async () => false}

/** A token that somebody else looks after. */
export const bearer = (token: string): Authorization => ({
  authorize: async ({headers}) => ({...headers, authorization: `Bearer ${token}`}),
  renew: async () => false,
})

/** A user and a password (RFC 7617). */
export const basic = (user: string, password: string): Authorization => ({
  authorize: async ({headers}) => ({...headers, authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`}),
  renew: async () => false,
})
