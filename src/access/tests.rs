//! Laws of the expansion.
