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
