// What every page of the office loads.
import { startAutosave } from "./autosave";
import { startCalls } from "./calls";
import { startDialogs } from "./dialog";
import { enhanceAll } from "./dom";
import { startDrawer } from "./drawer";
import { startEvery } from "./every";
import { startForms } from "./forms";
import { startGrids } from "./grid";
import { startImport } from "./import";
import { startKeys } from "./keys";
import { startLive } from "./live";
import { startLookups } from "./lookup";
import { startPalette } from "./palette";
import { startPresence } from "./presence";
import { startRows } from "./rows";
import { startScan } from "./scan";
import { startToasts } from "./toast";
import { startUploads } from "./upload";

startLookups(); // before the forms, so that they see what lookups tell
startCalls();
startForms();
startAutosave();
startGrids();
startDialogs();
startDrawer();
startEvery();
startPalette();
startRows();
startLive();
startPresence();
startUploads();
startScan();
startImport();
startKeys();
enhanceAll(document);
startToasts();
