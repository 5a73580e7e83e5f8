//! XML of artefacts, as a tree with places.
