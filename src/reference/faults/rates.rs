//! Faults of the rate limit.

super::declare::faults! { Rates:
    /// The rate limit answers 403.
    /// Quota and rate limit share one error since quotas moved to 403.
    RATE_LIMIT_ANSWERS_403 = "rate-limit-answers-403" is Status since "2026-02-24"
        caught by ["THV-RAT-001"],
    /// The code of the rate limit is `too_many_requests`.
    /// The name of the status, made by the framework.
    RATE_LIMIT_CODE_DRIFTED = "rate-limit-code-drifted" is Field since "2026-02-24"
        caught by ["THV-RAT-004"],
    /// The rate limit answers a plain text.
    /// The limiter sits before everything that knows of JSON.
    RATE_LIMIT_IN_PLAIN_TEXT = "rate-limit-in-plain-text" is Header since "2026-02-24" rewrites true
        caught by ["undocumented-content-type"],
    /// The rate limit reports a reached quota.
    /// 429 meant the quota for a while, and the code stayed.
    RATE_LIMIT_REPORTS_QUOTA = "rate-limit-reports-quota" is Status since "2026-02-24"
        caught by ["THV-RAT-003"],
    /// The rate limit's 429 has no `Retry-After`.
    /// The limiter knows the time and does not tell it.
    RATE_LIMIT_WITHOUT_RETRY_AFTER = "rate-limit-without-retry-after" is Header since "2026-02-24"
        caught by ["THV-RAT-002"],
    /// `Retry-After` tells half of the time that is left.
    /// The time is rounded down, from a window that is taken for half as long.
    RETRY_AFTER_TOO_SHORT = "retry-after-too-short" is Header since "2026-02-24"
        caught by ["THV-RAT-002"],
}
