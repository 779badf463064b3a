"""The signs that LaTeX has names for, as letters, and the small letters that stand above and below a line."""

LETTERS = dict(
    alpha="α", beta="β", gamma="γ", delta="δ", epsilon="ϵ", varepsilon="ε", zeta="ζ", eta="η", theta="θ", kappa="κ",
    lambda_="λ", mu="μ", nu="ν", xi="ξ", pi="π", rho="ρ", sigma="σ", tau="τ", phi="ϕ", varphi="φ", chi="χ", psi="ψ",
    omega="ω", Gamma="Γ", Delta="Δ", Theta="Θ", Lambda="Λ", Sigma="Σ", Phi="Φ", Psi="Ψ", Omega="Ω", ell="ℓ",
    partial="∂", nabla="∇", infty="∞",
)  # fmt: skip
SIGNS = dict(
    le="≤", leq="≤", ge="≥", geq="≥", ll="≪", gg="≫", ne="≠", neq="≠", approx="≈", sim="∼", propto="∝", to="→",
    mapsto="↦", pm="±", cdot="·", times="×", odot="⊙", circ="∘", top="⊤", dagger="†", lVert="‖", rVert="‖", Vert="‖",
    lvert="|", rvert="|", langle="⟨", rangle="⟩", lfloor="⌊", rfloor="⌋", sum="∑", prod="∏", int="∫", dots="…",
    ldots="…", cdots="⋯", in_="∈", mid="|", quad="\u2003", qquad="\u2003\u2003", Longrightarrow="⟹", Rightarrow="⇒",
    iff="⟺",
)  # fmt: skip
FUNCTIONS = {"log", "max", "min", "sup", "inf", "cos", "sin", "exp", "tanh", "arg", "lim", "det"}
ACCENTS = {
    "hat": ("^", "\u0302"),
    "tilde": ("~", "\u0303"),
    "dot": ("˙", "\u0307"),
    "bar": ("¯", "\u0304"),
    "ddot": ("¨", "\u0308"),
}
SPACES = {",": "\u2009", ";": "\u2004", ":": "\u2005", "!": "", " ": " "}
SIZES = {"left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "displaystyle"}
UPRIGHT, CLOSE = "ΓΔΘΛΣΦΨΩ∞∂∇ℝ𝔼ℙℕℤℂ", "/|‖⊤*′!()[]"  # signs that stand upright, and those without room around them
THIN = '<mspace width="0.17em"/>'
BOARD = {"R": "ℝ", "E": "𝔼", "P": "ℙ", "N": "ℕ", "Z": "ℤ", "C": "ℂ"}
RAISED = dict(zip("0123456789+-−=()nkTt*′⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿᵏᵀᵗ*′ᵀ", strict=True))
LOWERED = dict(zip("0123456789+-−=()aeijklmnprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑᵢⱼₖₗₘₙₚᵣₛₜᵤᵥₓ", strict=True))
