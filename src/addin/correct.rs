//! The corrected text of a manifest or of permission XML.
