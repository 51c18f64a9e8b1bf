"""Every claim's rule, by an explicit line; a test holds them against the catalogue's claims."""

from language.words import N_
from verdicts.model import Rule
from verdicts.rules import adoption, capability, deployment, speed

PAIR = ("pytorch", "tensorflow")
SHARE = N_("the other framework having more than half of both in the newest figures, beyond the interval")
PROBE = N_("the probe coming to another answer with another version, seen by running it again")
FACT = N_("a dated, cited fact in the catalogue that says otherwise")
TIMES = N_("a measurement on this machine, or with other versions, whose interval lies on the other side")
PAST = N_("a corrected figure for that time: it is over, and nothing new changes it")
DEPLOYED = ("tf-serving", "tf-lite", "tfjs", "torchserve", "executorch", "torch-export")


def _reads(*metrics: str, systems: tuple[str, ...] = PAIR) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((metric, systems) for metric in metrics)


def _life(*systems: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (("archived", systems), ("releases", systems))


RULES: tuple[Rule, ...] = (
    Rule("arxiv-parity-2019", adoption.arxiv_parity_2019, "series", "share", PAST, True, _reads("papers")),
    Rule("arxiv-growth-h1-2019", adoption.arxiv_growth_h1_2019, "series", "growth", PAST, True, _reads("papers")),
    Rule(
        "search-interest-tf-early-pt-later",
        adoption.search_interest,
        "series",
        "share",
        PAST,
        True,
        _reads("search_interest", "page_views"),
    ),
    Rule(
        "tf-more-popular-2018",
        adoption.tf_more_popular_2018,
        "series",
        "share",
        PAST,
        True,
        _reads("stars", "questions", "papers"),
    ),
    Rule(
        "tf-larger-community",
        adoption.tf_larger_community,
        "series",
        "share",
        SHARE,
        reads=_reads("questions", "questions_answered", "stars"),
    ),
    Rule(
        "pt-community-grows-faster",
        adoption.pt_community_grows_faster,
        "series",
        "growth",
        N_("TensorFlow growing faster than PyTorch over a year, in two of stars, contributors and forks"),
        reads=_reads("stars", "contributors", "forks"),
    ),
    Rule(
        "pt-academia-tf-industry",
        adoption.pt_academia_tf_industry,
        "series",
        "share",
        N_("PyTorch being ahead in papers again"),
        reads=_reads("papers", "papers_exclusive", "downloads", "image_pulls"),
    ),
    Rule(
        "new-algorithms-first-in-pytorch",
        adoption.new_algorithms_first,
        "series",
        "share",
        SHARE,
        reads=_reads("models_created", "new_repositories", "implementations"),
    ),
    Rule(
        "pt-1-0-sparked-growth",
        adoption.pt_1_0_sparked_growth,
        "series",
        "growth",
        PAST,
        True,
        _reads("stars_gained", "questions"),
    ),
    Rule(
        "adopters-tensorflow", adoption.adopters_tensorflow, "catalogue", "catalogue", N_("a statement of the company")
    ),
    Rule("adopters-pytorch", adoption.adopters_pytorch, "catalogue", "catalogue", N_("a statement of the company")),
    Rule("adopters-pytorch-2018", adoption.adopters_pytorch_2018, "catalogue", "catalogue", PAST, True),
    Rule("pt-launched-2016", adoption.pt_launched_2016, "catalogue", "catalogue", PAST, True, _life("pytorch")),
    Rule(
        "tf-open-source-2015", adoption.tf_open_source_2015, "catalogue", "catalogue", PAST, True, _life("tensorflow")
    ),
    Rule("tf-static-graph-only", capability.tf_static_graph_only, "probe", "probe", PROBE),
    Rule("pt-dynamic-graph", capability.pt_dynamic_graph, "probe", "probe", PROBE),
    Rule("tf2-eager-default", capability.tf2_eager_default, "probe", "probe", PROBE),
    Rule("static-graph-optimises-better", speed.static_graph_optimises_better, "benchmark", "benchmark", TIMES),
    Rule("dynamic-graph-debuggable", capability.dynamic_graph_debuggable, "probe", "probe", PROBE),
    Rule("tf-debug-hard", capability.tf_debug_hard, "probe", "probe", PROBE),
    Rule("numpy-interop", capability.numpy_interop, "probe", "probe", PROBE),
    Rule("tensorboard-tf-only", capability.tensorboard_tf_only, "probe", "probe", PROBE),
    Rule("tf-languages", capability.tf_languages, "catalogue", "catalogue", FACT),
    Rule("tf-languages-2023", capability.tf_languages_2023, "catalogue", "catalogue", FACT),
    Rule("tf-devices", deployment.tf_devices, "catalogue", "catalogue", FACT),
    Rule(
        "tf-tpu-ahead",
        deployment.tf_tpu_ahead,
        "catalogue",
        "catalogue",
        N_("an official way of PyTorch to a TPU that is neither only announced nor about to be replaced"),
    ),
    Rule("pt-no-distributed", capability.pt_no_distributed, "probe", "probe", PROBE),
    Rule("tf-distributed-more-mature", capability.tf_distributed_more_mature, "probe", "probe", PROBE),
    Rule("pt-easy-multi-gpu", capability.pt_easy_multi_gpu, "probe", "probe", PROBE),
    Rule("tf-serving", deployment.tf_serving, "catalogue", "catalogue", FACT, reads=_life("tf-serving")),
    Rule("torchserve", deployment.torchserve, "catalogue", "catalogue", FACT, reads=_life("torchserve")),
    Rule("tf-lite-edge", deployment.tf_lite_edge, "probe", "probe", PROBE),
    Rule("pt-mobile", deployment.pt_mobile, "catalogue", "catalogue", FACT),
    Rule("pt-onnx-export", deployment.pt_onnx_export, "probe", "probe", PROBE),
    Rule("torchscript-bridges-production", deployment.torchscript, "probe", "probe", PROBE),
    Rule("tf-js", deployment.tf_js, "catalogue", "catalogue", FACT),
    Rule("tf-hub", deployment.tf_hub, "catalogue", "catalogue", FACT),
    Rule(
        "tf-deployment-stronger",
        deployment.tf_deployment_stronger,
        "series",
        "share",
        N_("the downloads of PyTorch's deployment projects passing those of TensorFlow's"),
        reads=_reads("downloads", systems=DEPLOYED),
    ),
    Rule(
        "pt-domain-libraries",
        deployment.pt_domain_libraries,
        "catalogue",
        "catalogue",
        FACT,
        reads=_life("torchvision", "torchtext", "torchaudio"),
    ),
    Rule("keras-backends", capability.keras_backends, "catalogue", "catalogue", FACT),
    Rule("keras-is-part-of-tf", capability.keras_is_part_of_tf, "probe", "probe", PROBE),
    Rule("pytorch-does-not-use-keras", capability.pytorch_does_not_use_keras, "probe", "probe", PROBE),
    Rule(
        "tf-complex-alone",
        capability.tf_complex_alone,
        "task",
        "task",
        N_("programs of the same work that are no longer in bare TensorFlow than in Keras"),
    ),
    Rule(
        "tf-8000-operators",
        capability.tf_8000_operators,
        "series",
        "catalogue",
        N_("another count of public names in the installed packages"),
        reads=_reads("public_names"),
    ),
    Rule(
        "open-models-tf-first",
        adoption.open_models_tf_first,
        "series",
        "share",
        SHARE,
        reads=_reads("models_created", "implementations"),
    ),
    Rule("pt-docs-weaker-2018", capability.documentation, "catalogue", "catalogue", N_("a measure of documentation")),
    Rule("pt-docs-clear-2023", capability.documentation, "catalogue", "catalogue", N_("a measure of documentation")),
    Rule("rnn-faster-in-pytorch", speed.rnn_faster_in_pytorch, "benchmark", "benchmark", TIMES),
    Rule("tf-compiles-faster", speed.tf_compiles_faster, "benchmark", "benchmark", TIMES),
    Rule("gpu-speedup-50x", speed.gpu_speedup_50x, "benchmark", "benchmark", TIMES),
    Rule("tf-fold-dynamic-batching", speed.tf_fold_dynamic_batching, "benchmark", "benchmark", TIMES),
    Rule("pt-allocator-memory", speed.pt_allocator_memory, "benchmark", "benchmark", TIMES),
    Rule("speed-parity", speed.speed_parity, "benchmark", "benchmark", TIMES),
    Rule("tf1-static-rigid-but-faster", speed.tf1_static_but_faster, "benchmark", "benchmark", TIMES),
)

BY_CLAIM = {rule.claim: rule for rule in RULES}
