// The chat page's own behaviour, by delegation: copying, opinions, cards on touch, keeping the conversation in this tab.
// ui/actions.py and ui/evidence.py write the attributes that are read here; ui/layout.py connects the events.
"use strict";
window.ihub = (() => {
    const KEY = "ihub-conversation", DRAFT = "ihub-draft";
    const conversation = () => document.querySelector("#conversation .turn")?.closest("#conversation");
    const say = text => { document.getElementById("told").textContent = text; };

    function store(key, text) {
        try { sessionStorage.setItem(key, text); } catch { /* a browser without storage forgets at a reload */ }
    }
    function read(key) {
        try { return sessionStorage.getItem(key) ?? ""; } catch { return ""; }
    }
    const kept = () => read(KEY);
    const question = () => document.querySelector("#question textarea");

    // What the page was opened for; the address is cleared, so that a reload does not ask again.
    function arrive() {
        const wanted = new URLSearchParams(location.search);
        const arrival = {ask: wanted.get("ask") ?? "", conversation: wanted.get("conversation") ?? "",
            kept: kept(), draft: read(DRAFT)};
        if (arrival.ask || arrival.conversation) history.replaceState(null, "", location.pathname);
        return JSON.stringify(arrival);
    }

    function arrived() {
        document.documentElement.lang = "en-GB";  // Gradio names the language of its own few words
        document.documentElement.dataset.arrived = "yes";
    }

    function keepShown() {
        const shown = document.getElementById("kept");
        if (shown) store(KEY, shown.dataset.kept);
    }

    function act(detail) {
        conversation()?.querySelector(".turn").dispatchEvent(new CustomEvent("act", {detail, bubbles: true}));
    }

    async function copy(kind, content) {
        const plain = kind === "html" ? new DOMParser().parseFromString(content, "text/html").body.innerText : content;
        try {
            if (kind === "html") {
                await navigator.clipboard.write([new ClipboardItem({
                    "text/html": new Blob([content], {type: "text/html"}),
                    "text/plain": new Blob([plain], {type: "text/plain"}),
                })]);
            } else {
                await navigator.clipboard.writeText(content);
            }
        } catch {
            copyBySelecting(kind, content, plain);
        }
        say("Copied.");
    }

    // Where the page is not served over https, browsers have no clipboard to write to, but still copy a selection.
    function copyBySelecting(kind, content, plain) {
        const fill = event => {
            if (kind === "html") event.clipboardData.setData("text/html", content);
            event.clipboardData.setData("text/plain", plain);
            event.preventDefault();
        };
        document.addEventListener("copy", fill, {once: true});
        document.execCommand("copy");
        document.removeEventListener("copy", fill);
    }

    function press(event) {
        const button = event.target.closest("button[data-copy], button[data-action], button[data-open]");
        if (!button) return;
        if (button.dataset.copy) copy(button.dataset.copy, button.dataset.content);
        else if (button.dataset.open) open(button);
        else if (button.dataset.action === "print") window.print();
        else act({action: button.dataset.action, turn: Number(button.dataset.turn)});
    }

    function open(button) {
        const form = document.getElementById(button.dataset.open);
        form.hidden = !form.hidden;
        button.setAttribute("aria-expanded", String(!form.hidden));
        if (!form.hidden) form.querySelector("input").focus();
    }

    function send(event) {
        const form = event.target.closest("form[data-action]");
        if (!form) return;
        event.preventDefault();
        const given = new FormData(form);
        act({
            action: form.dataset.action, turn: Number(form.dataset.turn),
            reasons: given.getAll("reason"), comment: given.get("comment"),
        });
    }

    // A first tap shows the card, the next one opens the document.
    let touched = null;
    function tap(event) {
        const citation = event.target.closest("a.citation");
        if (citation && event.pointerType === "touch" && touched !== citation) {
            event.preventDefault();
            citation.focus();
        }
        touched = citation;
    }

    function dismiss(event) {
        if (event.key !== "Escape") return;
        const shown = document.querySelectorAll(".cite:hover, .cite:focus-within, .word:hover, .word:focus-within");
        for (const place of shown) {
            place.classList.add("dismissed");
            const back = () => place.classList.remove("dismissed");
            for (const leaving of ["mouseleave", "focusout"]) place.addEventListener(leaving, back, {once: true});
        }
    }

    function lost() {
        document.getElementById("connection").textContent =
            "There is no connection. Your conversation is safe here. Please try again when you are back online.";
    }
    function found() {
        document.getElementById("connection").textContent = "";
    }

    document.addEventListener("click", press);
    document.addEventListener("click", tap, true);
    document.addEventListener("submit", send);
    document.addEventListener("keydown", dismiss);
    window.addEventListener("pagehide", () => store(DRAFT, question()?.value ?? ""));
    window.addEventListener("offline", lost);
    window.addEventListener("online", found);
    return {arrive, arrived, kept, keepShown};
})();
