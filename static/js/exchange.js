// The page of one exchange.
import { bind } from './bind.js';
import { copies } from './copy.js';

bind();
copies();
