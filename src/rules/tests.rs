//! Rules on exchanges that are made up.
