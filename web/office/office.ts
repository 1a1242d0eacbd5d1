// What every page of the office loads.
import { startCalls } from "./calls";
import { startDialogs } from "./dialog";
import { enhanceAll } from "./dom";
import { startForms } from "./forms";
import { startGrids } from "./grid";
import { startToasts } from "./toast";

startCalls();
startForms();
startGrids();
startDialogs();
enhanceAll(document);
startToasts();
