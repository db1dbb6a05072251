package plinth

// Version is the version of plinth. It stands in the manifest of each account that this version wrote.
const Version = "0.1.0"
