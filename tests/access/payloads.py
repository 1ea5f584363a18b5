"""Markup that would run a script if it were not escaped: ways to begin one, in the dress of each."""

from __future__ import annotations

from itertools import product

CALL = "window.broken=1"

_ELEMENTS = (
    "<script>{call}</script>",
    "<ScRiPt >{call}</sCrIpT>",
    "<script/x>{call}</script>",
    "<img src=x onerror={call}>",
    "<img/src='x'/onerror='{call}'>",
    '<img src="x` `" onerror="{call}">',
    "<svg onload={call}>",
    "<svg><script>{call}</script></svg>",
    "<svg><animate onbegin={call} attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:{call}'><text y=20>x</text></a></svg>",
    "<body onload={call}>",
    "<iframe src='javascript:{call}'></iframe>",
    "<iframe srcdoc='<script>parent.{call}</script>'></iframe>",
    "<object data='javascript:{call}'></object>",
    "<embed src='javascript:{call}'>",
    "<a href='javascript:{call}'>x</a>",
    "<a href='&#106;avascript:{call}'>x</a>",
    "<a href='java&#10;script:{call}'>x</a>",
    "<form action='javascript:{call}'><button>x</button></form>",
    "<button formaction='javascript:{call}'>x</button>",
    "<input autofocus onfocus={call}>",
    "<details open ontoggle={call}>",
    "<video><source onerror={call}></video>",
    "<audio src=x onerror={call}>",
    "<marquee onstart={call}>",
    "<style>@import 'javascript:{call}';</style>",
    "<link rel=stylesheet href='javascript:{call}'>",
    "<meta http-equiv=refresh content='0;url=javascript:{call}'>",
    "<base href='javascript:{call}//'>",
    "<template><script>{call}</script></template>",
    "<math><mi xlink:href='javascript:{call}'>x</mi></math>",
    "<div onpointerenter={call} style='position:fixed;inset:0'>x</div>",
    "<x contenteditable onbeforeinput={call}>",
    "[x](javascript:{call})",
    "![x](x' onerror='{call})",
    "${{{call}}}",
    "{{{{constructor.constructor('{call}')()}}}}",
    "<%= {call} %>",
    "javascript:{call}",
    "data:text/html,<script>{call}</script>",
)
_DRESSES = ("{}", '">{}', "'>{}", "</title></textarea></style></script>{}", "--><!-->{}", "]]>{}", "\u2028{}")

PAYLOADS = tuple(
    dress.format(element.format(call=CALL)) for element, dress in product(_ELEMENTS, _DRESSES) if "\x00" not in element
)
