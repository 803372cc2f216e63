// One stream of a class's events, while the page can be seen: none for a page in
// the background, because a browser opens only six connections to one host.

const again = 1000; // ms until a stream that was refused is asked for again

// follow listens at the address that a function gives. on has a function for each
// kind of event (clock, shown, counts, send: given its data), and opened, lost, gone and
// refused, which resolves to whether to try again.
export function follow(address, on) {
  let source;
  let timer;
  let over = false;
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const lost = () => {
    document.documentElement.dataset.stream = 'lost';
    on.lost();
  };
  const failed = async () => {
    lost();
    if (source?.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    close();
    if (await on.refused()) timer = setTimeout(open, again + Math.random() * again);
    else over = true;
  };
  const open = () => {
    if (source || over || document.hidden) return;
    source = new EventSource(address());
    for (const kind of ['clock', 'shown', 'counts', 'send']) source.addEventListener(kind, (event) => on[kind]?.(JSON.parse(event.data)));
    source.addEventListener('restart', lost);
    source.addEventListener('gone', () => {
      over = true;
      close();
      on.gone();
    });
    source.addEventListener('open', () => {
      document.documentElement.dataset.stream = 'open';
      on.opened();
    });
    source.addEventListener('error', failed);
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  addEventListener('pagehide', close);
  addEventListener('pageshow', open);
  open();
}

// fresh makes a function that fetches the parts of the page that change, and gives
// them to show, in order: while one is on its way, any number of calls make one
// more.
export function fresh(address, show) {
  let going = false;
  let more = false;
  return async function refresh() {
    if (going) {
      more = true;
      return undefined;
    }
    going = true;
    try {
      const response = await fetch(address());
      if (response.ok) show(await response.text());
      return response;
    } catch {
      return undefined; // no answer: the stream says so
    } finally {
      going = false;
      if (more) {
        more = false;
        refresh();
      }
    }
  };
}
