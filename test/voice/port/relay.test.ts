import { openPortRelay } from "../../../src/voice/port/relay.ts";
import { relaySuite } from "../../suites/relay.ts";

relaySuite("port", openPortRelay);
