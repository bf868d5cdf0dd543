// One subscription over a WebSocket of its own, in the graphql-transport-ws protocol.
import { socketAddress } from './address.js';

const PROTOCOL = 'graphql-transport-ws';
const ID = '1';
const ACKNOWLEDGE_WITHIN = 10_000;
const DONE = 1000;

/** Why a server closes, by its code; the words for each are `close.<name>`. */
const REASONS = {
  1006: 'unreachable',
  1011: 'serverError',
  1012: 'restart',
  1013: 'unreachable',
  4400: 'badRequest',
  4401: 'unauthorized',
  4403: 'forbidden',
  4406: 'protocol',
  4408: 'slow',
  4429: 'tooMany',
};

/**
 * Subscribes at once. Calls `onLive()` when the server has accepted, `onEvent(result)` for each event,
 * `onEnd({reason, code, text, errors})` exactly once.
 */
export class Subscription {
  #ended = false;

  constructor({ document, variables, operationName, headers }, { onLive, onEvent, onEnd }) {
    this.handlers = { onLive, onEvent, onEnd };
    this.operation = { query: document, variables, operationName: operationName ?? undefined };
    this.headers = headers;
    this.socket = new WebSocket(socketAddress(), PROTOCOL);
    this.socket.onopen = () => this.#send({ type: 'connection_init', payload: this.headers });
    this.socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    this.socket.onclose = ({ code, reason }) =>
      this.#end({ reason: REASONS[code] ?? 'closed', code, text: reason });
    this.timer = setTimeout(() => this.#end({ reason: 'slow' }), ACKNOWLEDGE_WITHIN);
  }

  /** Stop listening. */
  stop() {
    if (this.socket.readyState === WebSocket.OPEN) this.#send({ id: ID, type: 'complete' });
    this.#end({ reason: 'stopped' });
  }

  #receive(message) {
    if (message.type === 'connection_ack') this.#acknowledged();
    else if (message.type === 'ping') this.#send({ type: 'pong', payload: message.payload });
    else if (message.type === 'next') this.handlers.onEvent(message.payload);
    else if (message.type === 'error') this.#end({ reason: 'refused', errors: message.payload });
    else if (message.type === 'complete') this.#end({ reason: 'complete' });
  }

  #acknowledged() {
    clearTimeout(this.timer);
    this.#send({ id: ID, type: 'subscribe', payload: this.operation });
    this.handlers.onLive();
  }

  #send(message) {
    this.socket.send(JSON.stringify(message));
  }

  #end(how) {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.timer);
    this.socket.close(DONE);
    this.handlers.onEnd(how);
  }
}
