//! Faults of what all operations share: methods, media types, query parameters, callers.

super::declare::faults! { Surface:
    /// A request is performed as whoever sent the last one.
    /// The caller is kept in a variable of the process, which the next request overwrites.
    CALLER_SHARED_BETWEEN_REQUESTS = "caller-shared-between-requests" is Race since "2026-02-03"
        caught by ["THV-MEM-001", "THV-MEM-002", "THV-SEC-001"],
    /// Errors come as `application/problem+json`.
    /// A library for RFC 9457 was put in front of an envelope that is older.
    ERRORS_AS_PROBLEMS = "errors-as-problems" is Header rewrites true
        caught by ["undocumented-content-type"],
    /// The health check answers `ok`.
    /// All that the load balancer wants.
    HEALTH_IN_ONE_WORD = "health-in-one-word" is Header
        caught by ["unparsable-body"],
    /// `page` and `page_size` are exchanged.
    /// Two numbers in a row, given to a function in the wrong order.
    PAGE_AND_SIZE_EXCHANGED = "page-and-size-exchanged" is Page
        caught by ["THV-SPL-006", "THV-SPL-014", "THV-SPL-016", "THV-SPL-017", "THV-SPL-026"],
    /// A page may have one item more than the most that is allowed.
    /// `>=` where `>` was meant, with the limit already raised by one.
    PAGE_SIZE_ONE_TOO_MANY = "page-size-one-too-many" is OffByOne
        caught by ["violating-accepted"],
    /// Page numbers and sizes out of range are moved into it.
    /// Meant well: nobody shall see an error for a number.
    PAGES_CLAMPED = "pages-clamped" is Validation
        caught by ["violating-accepted"],
    /// `PATCH` is answered like `GET`.
    /// The handler tells reading from writing, and knows `POST`, `PUT` and `DELETE` as writing.
    PATCH_READS = "patch-reads" is Validation
        caught by ["undocumented-method-accepted"],
    /// A quota that answers 429 tells to try again after 0 seconds.
    /// Every 429 has the header, and a quota has no time to put into it.
    QUOTA_TELLS_TO_RETRY_AT_ONCE = "quota-tells-to-retry-at-once" is Header since "2026-02-10" until "2026-02-24"
        caught by ["response-header"],
    /// Unknown values of filters are ignored.
    /// What the look-up of the word does not find is as if it were not sent.
    UNKNOWN_FILTER_IGNORED = "unknown-filter-ignored" is Validation
        caught by ["violating-accepted"],
    /// A method that the path does not know answers 500.
    /// The dispatch is a table without a default.
    UNKNOWN_METHOD_CRASHES = "unknown-method-crashes" is Crash
        caught by ["server-error"],
    /// The version is below `/api/v1`, like everything else.
    /// A prefix for all routes, and one route that should have none.
    VERSION_BELOW_PREFIX = "version-below-prefix" is Missing
        caught by ["undocumented-status"],
}
