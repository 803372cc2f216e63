// What this browser remembers of a class: its own name there, a random text that
// the room has signed and only counts, and its own votes. Nothing of it is a cookie.

const memory = new Map(); // where there is no storage

function get(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return memory.get(key) ?? null;
  }
}

function set(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    memory.set(key, value);
  }
}

// device is this browser's name in a room, which the room issues. One that it knows is
// kept; one that it does not, as after a restart of a lab that keeps nothing, is
// replaced. A page that was given a name because scripts were off brings it along.
// Where the room issues none, the name is "" and refused is told why.
export async function device(room, refused = () => {}) {
  const key = `authlab:device:${room}`;
  const name = get(key) ?? new URLSearchParams(location.search).get('me') ?? '';
  try {
    const response = await fetch(`${room}/join`, { method: 'POST', body: new URLSearchParams({ device: name, quiet: '1' }), credentials: 'omit' });
    if (!response.ok) {
      refused((await response.text()).trim());
      return '';
    }
    const issued = (await response.json()).device;
    set(key, issued);
    return issued;
  } catch {
    return name; // the lab does not answer: the stream says so
  }
}

export const remembered = (room, vote) => get(`authlab:vote:${room}:${vote}`);
export const remember = (room, vote, option) => set(`authlab:vote:${room}:${vote}`, option);
