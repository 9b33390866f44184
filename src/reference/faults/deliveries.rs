//! Faults of what agents report about messages.

super::declare::faults! { Deliveries:
    /// The first attempt has the number 0.
    /// The number is how many there were before.
    ATTEMPTS_FROM_ZERO = "attempts-from-zero" is OffByOne
        caught by ["response-schema"],
    /// A failed message is pending again, as if nothing had happened.
    /// The failure puts it back into the queue, whose only state is waiting.
    FAILED_MESSAGE_PENDING_AGAIN = "failed-message-pending-again" is StateMachine
        caught by ["THV-SPL-022"],
    /// Asking for the next message answers 500 when there is none.
    /// The first of an empty list.
    NOTHING_NEXT_CRASHES = "nothing-next-crashes" is Crash
        caught by ["server-error"],
    /// `processed` is a `PUT`.
    /// It is idempotent, so somebody made it right.
    PROCESSED_BY_PUT = "processed-by-put" is Missing
        caught by ["THV-SPL-021"],
    /// A processed message is gone from the agent's lists, whatever status they ask for.
    /// The queue deletes what is acknowledged, and the queue is all there is.
    PROCESSED_MESSAGE_FORGOTTEN = "processed-message-forgotten" is Deletion
        caught by ["THV-SPL-021"],
    /// A processed message is handed out as the next one again.
    /// The status is written, the queue is not told.
    PROCESSED_MESSAGE_HANDED_OUT_AGAIN = "processed-message-handed-out-again" is StateMachine
        caught by ["THV-SPL-021"],
    /// A message becomes processed without an attempt.
    /// A missing attempt is made up, so that the report is not lost.
    PROCESSED_WITHOUT_ATTEMPT = "processed-without-attempt" is StateMachine
        caught by ["THV-SPL-023"],
    /// A refused report of success is noted all the same.
    /// The status is written first, and the attempt is looked for when it has to be closed.
    REPORT_REFUSED_BUT_NOTED = "report-refused-but-noted" is RefusedButDone
        caught by ["THV-SPL-023"],
    /// A report without an attempt answers 409.
    /// The state forbids it, so it is taken for a conflict.
    REPORT_WITHOUT_ATTEMPT_ANSWERS_409 = "report-without-attempt-answers-409" is Status
        caught by ["THV-SPL-023"],
}
