//! Faults of credentials, of the kinds of keys and of what strangers learn.

super::declare::faults! { Credentials:
    /// The Human API answers agents.
    /// Its guard looks for a key, and not for the kind of the key.
    AGENT_KEY_ENTERS_HUMAN_API = "agent-key-enters-human-api" is Permission
        caught by ["THV-SPL-001"],
    /// `GET /test` answers for some default person when no valid credentials are sent.
    /// The default of a development setup that nobody removed.
    CREDENTIALS_IGNORED_ON_ONE_ROUTE = "credentials-ignored-on-one-route" is Permission
        caught by ["credentials-ignored"],
    /// What belongs to others answers 404 before the release that hides it.
    /// The release of 2026-03-03 was deployed in part.
    EXISTENCE_HIDDEN_EARLY = "existence-hidden-early" is Status until "2026-03-03"
        caught by ["THV-SEC-008"],
    /// What belongs to others answers 403.
    /// The behaviour before 2026-03-03.
    EXISTENCE_TOLD = "existence-told" is FormerEdition since "2026-03-03"
        caught by ["THV-SEC-007"],
    /// Of the agents that are registered within a second all are taken for the first.
    /// The cache of new keys is kept by prefix and time, without the secret.
    KEYS_CACHED_BY_PREFIX = "keys-cached-by-prefix" is Cache
        caught by ["THV-SPL-012"],
    /// A request without credentials answers 403.
    /// The guard asks for the right before it asks who calls.
    MISSING_CREDENTIALS_ANSWER_403 = "missing-credentials-answer-403" is Status
        caught by ["THV-SPL-003"],
    /// 401 comes with a page of HTML as `application/json`.
    /// A gateway before the server answers, and sets the type of all answers.
    UNAUTHORIZED_AS_HTML = "unauthorized-as-html" is Header rewrites true
        caught by ["unparsable-body"],
    /// A key that nobody has answers 500.
    /// The result of the look-up is used without a look at whether there is one.
    UNKNOWN_KEY_CRASHES = "unknown-key-crashes" is Crash
        caught by ["server-error", "THV-SPL-004"],
    /// The wrong kind of key answers 401.
    /// Each API looks for keys among its own kind only, and finds none.
    WRONG_KIND_ANSWERS_401 = "wrong-kind-answers-401" is Status
        caught by ["THV-SPL-001"],
    /// The wrong kind of key answers 403 after the operation is performed.
    /// The check is a filter of the response, beside the one that sets headers.
    WRONG_KIND_REFUSED_AFTERWARDS = "wrong-kind-refused-afterwards" is RefusedButDone
        caught by ["THV-SPL-027"],
}
