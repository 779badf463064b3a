"""The yardstick: one native slider and one line of 200 points, Streamlit as it comes."""

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

frequency = st.slider("frequency", 1, 100, 10, key="frequency")
x = np.linspace(0, 1, 200)
st.altair_chart(alt.Chart(pd.DataFrame({"x": x, "y": np.sin(frequency * x)})).mark_line().encode(x="x", y="y"))
