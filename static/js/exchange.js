// The page of one exchange.
import { bind } from './bind.js';
import { glosses } from './gloss.js';
import './copy.js';

bind();
glosses();
