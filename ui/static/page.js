// The plain pages' own behaviour; each page works without it.
"use strict";
const KEY = "ihub-steps-done";

function done() {
    try { return new Set(JSON.parse(localStorage.getItem(KEY)) ?? []); } catch { return new Set(); }
}

function showProgress(boxes) {
    const ticked = boxes.filter(box => box.checked).length;
    document.getElementById("progress").textContent = `${ticked} of ${boxes.length} steps done.`;
}

const boxes = [...document.querySelectorAll("[data-tick]")];
if (boxes.length) {
    const before = done();
    for (const box of boxes) {
        box.checked = before.has(box.dataset.tick);
        box.addEventListener("change", () => {
            const ticked = boxes.filter(other => other.checked).map(other => other.dataset.tick);
            try { localStorage.setItem(KEY, JSON.stringify(ticked)); } catch { /* kept for this visit only */ }
            showProgress(boxes);
        });
    }
    showProgress(boxes);
}

for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.parentElement.querySelector(".told").textContent = "Copied.";
    });
}

document.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    for (const place of document.querySelectorAll(".word:hover, .word:focus-within")) {
        place.classList.add("dismissed");
        const back = () => place.classList.remove("dismissed");
        for (const leaving of ["mouseleave", "focusout"]) place.addEventListener(leaving, back, {once: true});
    }
});

// The page as printed: links show other pages in place, and beside the text the picture follows the reading.
const original = document.getElementById("original");
if (original) {
    const {picture, document: key, marked, markedPages} = original.dataset;
    const labels = new Map(original.dataset.pages.split("\n").map(line => line.split(/ (.*)/s)));
    const numbers = [...labels.keys()], image = original.querySelector("img"), sheet = original.querySelector(".sheet");
    const told = original.querySelector(".told"), wide = matchMedia("(min-width: 62rem)");

    const link = number => {
        const made = document.createElement("a"), address = new URL(location.href);
        address.searchParams.set("page", number);
        address.hash = "original";
        made.href = address.search + address.hash;
        made.dataset.page = number;
        return made;
    };
    const show = number => {
        if (number === original.dataset.shown || !labels.has(number)) return;
        original.dataset.shown = number;
        const query = markedPages.split(" ").includes(number) ? `?${marked}` : "";
        image.src = sheet.href = `${picture}${number}${key}${query}`;
        image.alt = image.alt.replace(/^Page .*? as a picture/s, () => `Page ${labels.get(number)} as a picture`);
        original.querySelector(".number").textContent = `Page ${labels.get(number)}`;
        for (const turn of original.querySelectorAll("[data-turn]")) {
            const next = numbers[numbers.indexOf(number) + Number(turn.dataset.turn)];
            const held = turn.contains(document.activeElement);
            const name = turn.dataset.turn === "1" ? "Next page" : "Previous page";
            turn.replaceChildren(...(next ? [Object.assign(link(next), {textContent: name})] : []));
            if (held) (turn.querySelector("a") ?? sheet).focus();
        }
    };
    const failed = () => { sheet.hidden = true; told.textContent = "This page cannot be shown as a picture."; };
    image.addEventListener("error", failed);
    image.addEventListener("load", () => { sheet.hidden = false; told.textContent = ""; });
    if (image.complete && !image.naturalWidth && image.currentSrc) failed();

    document.addEventListener("click", event => {
        const pressed = event.target.closest("a[data-page]");
        if (!pressed || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        const turned = original.contains(pressed);
        stay();
        show(pressed.dataset.page);
        if (!turned) location.hash = "original";
    });

    const marks = [...document.querySelectorAll(".page-mark")];
    let settled = 0, reading = null;
    const passed = () => marks.filter(mark => mark.getBoundingClientRect().top < innerHeight * 0.4).pop();
    const follow = () => {
        const mark = passed();
        if (!wide.matches || !mark || mark === reading) return;
        reading = mark;
        show(mark.id.replace("page-", ""));
    };
    // who chose a page keeps it until they read on, also when the scrolling before has not yet settled
    function stay() { clearTimeout(settled); reading = passed(); }
    if (location.hash === "#original") addEventListener("load", stay);
    addEventListener("scroll", () => { clearTimeout(settled); settled = setTimeout(follow, 150); }, {passive: true});
}

const upload = document.querySelector("form[data-upload]");
upload?.addEventListener("submit", event => {
    event.preventDefault();
    const bar = upload.querySelector("progress"), told = upload.querySelector(".told");
    const button = upload.querySelector("button[type=submit]"), request = new XMLHttpRequest();
    bar.hidden = false;
    button.disabled = true;
    told.textContent = "Sending the files…";
    request.upload.addEventListener("progress", sent => {
        if (!sent.lengthComputable) return;
        bar.value = sent.loaded / sent.total;
        if (sent.loaded === sent.total) told.textContent = "Reading the files. This can take a minute.";
    });
    request.addEventListener("load", () => {
        const answer = new DOMParser().parseFromString(request.responseText, "text/html");
        const report = answer.getElementById("report");
        if (!report) { location.reload(); return; }
        document.getElementById("report").replaceWith(report);
        report.focus();
        ready("");
    });
    request.addEventListener("error", () => ready("The connection was lost. Nothing was added. Please try again."));
    function ready(text) { bar.hidden = true; bar.value = 0; button.disabled = false; told.textContent = text; }
    request.open("POST", upload.action);
    request.setRequestHeader("Accept", "text/html");
    request.send(new FormData(upload));
});
