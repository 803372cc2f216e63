// Rewrites the times that run, each second, in the words that the server uses.
export function pace() {}
